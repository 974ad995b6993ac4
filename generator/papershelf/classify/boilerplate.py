"""Words that make no term: function words, and what every abstract of every field says.

Folded as `words.fold_word` does. Checked by reading the terms found in ML papers and in
biology, physics and mathematics abstracts; a word is here when it made a useless one.
"""

from papershelf.words import fold_word


def _folded(text: str) -> frozenset[str]:
    return frozenset(fold_word(word) for word in text.split())


FUNCTION_WORDS = _folded("""
a about above across after against all along also although am among an and another any are as at
be because been before being below between beyond both but by can cannot could did do does doing
done down during each either enough even ever every few for from further had has have having he
her here his how however i if in instead into is it its itself just least less let like ll made
make makes making many may me might mine more most much must my near need needs neither never no
nor not now of off often on once one ones only onto or other others our ours out over own per
rather re s same say see several shall she should since so some still such t than that the their
them then there these they this those through throughout thus to together too toward towards under
until up upon us use used uses using very via was way ways we well were what when where whether
which while who whom whose why will with within without would yes yet you your de la le les el en
der die das und des du et von zu
""")
"""Words that no term goes across."""

VERBS = _folded("""
accelerate achieve address advance aim allow analyze apply ask assess avoid boost bring bridge
build capture characterize close combine compare comprehend compute consider construct control
create deal decouple demystify derive describe design detect determine develop discover do
elicit enable enhance ensure establish estimate evaluate examine exploit explore extend facilitate
find follow generate get give go harness help identify illuminate implement improve improving
increase inform infer inspire integrate introduce investigate is keep know lead learn leverage
look map mean measure meet mitigate model obtain offer optimize outperform overcome perform
predict present preserve prevent probe produce propose prove provide push quantify reach reduce
report require rethink reveal revisit scale seek shape show simplify solve speed strengthen
study suggest support tackle take target test think track train transform treat turn understand
unify unleash unlock unveil utilize validate verify work
accelerating achieving addressing advancing adding aligning analyzing applying assessing avoiding
balancing based becoming benchmarking boosting breaking bridging bringing building capturing
characterizing closing combining comparing connecting considering constructing creating decoupling
delving demystifying deriving describing designing detecting determining developing discovering
disentangling dissecting doing driven eliciting emerging empowering enabling encouraging enhancing
ensuring establishing estimating evaluating evolving examining expanding exploiting exploring
extending extracting facilitating finding fixing following forming generating getting giving going
growing guiding harnessing helping identifying illuminating implementing improving increasing
incorporating inferring injecting integrating introducing investigating keeping leading learning
leveraging looking lowering making mapping maximizing measuring mining minimizing mitigating
modeling obtaining optimizing overcoming performing pushing predicting preserving preventing
probing producing promoting proposing proving providing quantifying reaching reconciling reducing
removing reporting resolving rethinking revealing revisiting scaling searching seeking selecting
shaping sharing showing simplifying solving speeding standing streamlining strengthening studying
supporting tackling taking targeting teaching testing toward tracking training transforming
treating turning uncovering understanding unifying unleashing unlocking unveiling updating
using utilizing validating varying verifying working yielding
""")
"""Words that begin a sentence or a title rather than a term."""

COMMON = _folded("""
ability absence abstract academic access accuracy accurate action activity actual adaptive
additional advance advanced advantage affordable aid aim algorithm alternative amount analysis
analytical answer application approach appropriate area art article aspect assessment attempt
author automatic automated available average aware background bad balanced base baseline basic
basis behavior benefit best better big book bound broad building capability capacity case cause
center central century challenge challenging change character characteristic characterization
choice class classical clear close code coherent collection combination combined common community
company comparative comparison complete complex complexity component comprehensive computation
computational computer concept condition conference consequence consideration consistent
constant content context contribution control conventional core correct correlation cost count
country criterion critical current cycle daily data dataset day deep deeper demand dependence
dependent design detail detailed detection determination development difference different
difficult difficulty direct direction distinct distribution diverse diversity domain downstream
dynamic early easy effect effective effectiveness efficacy efficiency efficient effort element
end engineering enhanced enhancement environment equal error essential estimate estimation
evaluation event evidence example excellent existence existing expected experience experiment
experimental explicit expression extended extensive extra extreme face fact factor failure fair
family fast faster feasible feature few field final finding fine first five flexible focus form
formal former formulation foundation four framework free frequency full fully function functional
fundamental future gain gap general generalized generation generic global goal good great group
growth guarantee guide guideline half hard hidden high higher highly holistic hybrid idea
ideal identification impact implementation implication importance important improved improvement
incremental independent index individual industry inference influence information initial innovative
input insight instance integrated intelligence intelligent interaction interest internal
international introduction investigation issue item joint journey key kind knowledge known lack
landscape large larger last latest law layer lead learned learner length lesson level life light
lightweight limit limitation limited line linear link list literature little local long loss low
lower machine main major management map massive mathematical matter measure measurement mechanism
media member memory method methodology metric mind mode model modern module most multi multiple
naive name natural nature near necessary need network neural new next nine non nonlinear note novel
novelty number numerical object objective observation observed old open operation opportunity
optimal optimization option order original outcome outlook output overall overview page paper
paradigm parallel parameter part partial particular past path pattern performance period person
perspective phase phenomenon pilot pipeline place plan platform point policy poor popular
population position positive possibility possible post potential power powerful practical practice
pre precise prediction preliminary presence present previous principle principled prior problem
procedure process processing product progress progressive project promise promising proof proper
property proposal proposed protocol public pure purpose quality quantitative quantity question
quick random range rapid rate ratio real realistic reason recent recipe record reduced reduction
region related relation relationship relative relevant reliable report representation requirement
research researcher resource response result review rich right risk robust robustness role rule
sample scalable scale scenario scheme science scientific scope second section self sense sequence
series set setting setup seven shallow short side sign signal significance significant similar
similarity simple simulation simultaneous single site situation six size skill small smart smooth
social society software solution solver some source space special specific stable stage standard
state static statistical statistics status step stochastic strategy strength strong structural
structure structured student study style subject subset success successful suitable summary
superior supervised support survey system systematic target task team technical technique
technology ten term test theorem theoretical theory thing three time title today tool top topic
total towards track trade trade-off tradeoff traditional training transfer trend true truth tuning
two type typical ultimate unified uniform unique unit universal unknown unsupervised update
usage use useful user utility validation value variable variant variation variety various version
view visual vs weak weight whole wide work workflow world year zero based driven
accelerated simultaneously successfully significantly
anti auto semi quasi pseudo sub super inter intra ultra micro macro nano bi tri mono poly hyper
hypo co self novo shot mid cross near-term late early mathrm mathbb mathcal textit textbf approx
sim leq geq infty odot alpha beta gamma delta fixed extraction association confirmation exploration
projection suppression era edge front tail giant blue cold warm hot thin thick sharp rough minimal
maximum minimum exact steady dense dual
hypothesis empirical consensus consequence correspondence outline remark glance tutorial
""")
"""Words that make no term alone, nor with each other."""
