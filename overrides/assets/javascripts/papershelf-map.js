/* The map: papers as points on a canvas, to pan, zoom, filter and open. Data: `map/…`. */
(function () {
  "use strict";
  var holder = document.querySelector("[data-ps-map]");
  if (!holder || !window.papershelf || !document.createElement("canvas").getContext) return;

  var make = papershelf.make, say = papershelf.say, sayMany = papershelf.sayMany;
  var SPAN = 4096, CELLS = 64, CELL = SPAN / CELLS, MOST_ZOOM = 48;
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  var index, count = 0;
  var xs, ys, areas, matches, titles = [], slugs = [], topics = [];
  var grid = [];
  var hidden = {}, query = "", found = 0;
  var view = { zoom: 1, x: SPAN / 2, y: SPAN / 2 };
  var selected = -1, wanted = "";
  var colours = [], ink = {}, sprites = [];
  var width = 0, height = 0, pending = 0, moving = 0, saving = 0;

  /* ---- what stands on the page --------------------------------------------------------- */

  function button(label, name, act) {
    return make("button", { type: "button", class: "ps-map-button", title: name, "aria-label": name, onclick: act }, label);
  }

  var canvas = make("canvas", { class: "ps-map-canvas" });
  var pen = canvas.getContext("2d");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", say("Map of the papers"));
  canvas.setAttribute("aria-describedby", "ps-map-hint");
  var hint = make("p", { class: "ps-note" }, say("Drag to move, pinch or Ctrl and wheel to zoom, click a point to open its paper. Keys: arrows move, + and − zoom, 0 shows all, Enter picks the paper nearest to the middle and then opens it."));
  hint.id = "ps-map-hint";
  var field = make("input", { class: "ps-map-search" });
  field.type = "search";
  field.placeholder = say("Find in titles and topics");
  field.setAttribute("aria-label", say("Find on the map"));
  var status = make("p", { class: "ps-map-status" });
  status.setAttribute("role", "status");
  var card = make("div", { class: "ps-map-card" });
  card.setAttribute("aria-live", "polite");
  card.hidden = true;
  var legend = make("ul", { class: "ps-map-legend" });
  legend.setAttribute("aria-label", say("Areas"));
  var frame = make("div", { class: "ps-map-frame" });
  frame.dir = "ltr"; // as the places of the papers are
  var tools = make("div", { class: "ps-map-tools" });
  tools.append(
    button("+", say("Zoom in"), function () { glide(view.zoom * 1.6); }),
    button("−", say("Zoom out"), function () { glide(view.zoom / 1.6); }),
    button("⤢", say("Show all"), showAll)
  );
  var bar = make("div", { class: "ps-map-bar" });
  bar.append(field, status);
  frame.append(canvas, tools, card);
  holder.append(bar, frame, legend, hint);

  /* ---- from the map to the screen and back --------------------------------------------- */

  function scale() { return Math.min(width, height) / SPAN * view.zoom; }
  function screenX(x) { return (x - view.x) * scale() + width / 2; }
  function screenY(y) { return (y - view.y) * scale() + height / 2; }
  function mapX(x) { return (x - width / 2) / scale() + view.x; }
  function mapY(y) { return (y - height / 2) / scale() + view.y; }

  function within(value, low, high) { return Math.max(low, Math.min(high, value)); }

  function look(zoom, x, y) {
    view.zoom = within(zoom, 1, MOST_ZOOM);
    view.x = within(x, 0, SPAN);
    view.y = within(y, 0, SPAN);
    draw();
    keep();
  }

  function zoomAt(zoom, x, y) {
    var atX = mapX(x), atY = mapY(y);
    zoom = within(zoom, 1, MOST_ZOOM);
    var next = Math.min(width, height) / SPAN * zoom;
    look(zoom, atX - (x - width / 2) / next, atY - (y - height / 2) / next);
  }

  /* Moves there in a quarter of a second, at once where motion is not wanted. */
  function glide(zoom, x, y) {
    cancelAnimationFrame(moving);
    var from = { zoom: view.zoom, x: view.x, y: view.y };
    var to = {
      zoom: within(zoom, 1, MOST_ZOOM),
      x: x === undefined ? view.x : x,
      y: y === undefined ? view.y : y,
    };
    if (calm.matches) { look(to.zoom, to.x, to.y); return; }
    var start = performance.now();
    function step(now) {
      var t = within((now - start) / 250, 0, 1), s = t * (2 - t);
      look(from.zoom * Math.pow(to.zoom / from.zoom, s),
        from.x + (to.x - from.x) * s, from.y + (to.y - from.y) * s);
      if (t < 1) moving = requestAnimationFrame(step);
    }
    moving = requestAnimationFrame(step);
  }

  function showAll() { glide(1, SPAN / 2, SPAN / 2); }

  /* ---- drawing --------------------------------------------------------------------------- */

  function draw() {
    if (!pending) pending = requestAnimationFrame(paint);
  }

  function radius() {
    var room = Math.min(width, height) / 612;
    return within(0.9 * Math.sqrt(room * view.zoom * 12000 / Math.max(count, 600)), 1.1, 7);
  }

  function isShown(i) { return !hidden[areas[i]]; }

  function paint() {
    pending = 0;
    var ratio = canvas.width / width;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    if (!index) return;
    var size = radius(), s = scale();
    var left = width / 2 - view.x * s, top = height / 2 - view.y * s;
    /* Points that do not match first, so that none hides one that does. */
    if (query) { points(false, size, s, left, top, ratio, 0.13); }
    points(true, query ? Math.max(size, 2.5) : size, s, left, top, ratio, 1);
    labels();
    if (selected >= 0) ring(selected, size);
  }

  function points(wanted, size, s, left, top, ratio, alpha) {
    var low = cellOf(mapX(-8)), high = cellOf(mapX(width + 8));
    var first = cellOf(mapY(-8)), last = cellOf(mapY(height + 8));
    var plain = size * ratio < 2.2; /* too small to be round */
    var side = size * 2;
    pen.globalAlpha = alpha;
    if (!plain) prepare(size, ratio);
    for (var area = -1; area < index.areas.length; area++) {
      if (hidden[area]) continue;
      var sprite = sprites[area + 1];
      pen.fillStyle = colours[area + 1];
      for (var row = first; row <= last; row++) {
        for (var column = low; column <= high; column++) {
          var cell = grid[row * CELLS + column];
          var members = cell && cell[area + 1];
          if (!members) continue;
          for (var m = 0; m < members.length; m++) {
            var i = members[m];
            if (query && (matches[i] === 1) !== wanted) continue;
            var x = xs[i] * s + left, y = ys[i] * s + top;
            if (plain) pen.fillRect(x - size, y - size, side, side);
            else pen.drawImage(sprite, x - size - 1, y - size - 1, side + 2, side + 2);
          }
        }
      }
    }
    pen.globalAlpha = 1;
  }

  /* A disc of each colour, drawn once a size: to copy it takes a fifth of drawing it anew. */
  function prepare(size, ratio) {
    var wide = Math.ceil((size * 2 + 2) * ratio);
    if (prepare.wide === wide && prepare.colours === colours) return;
    prepare.wide = wide;
    prepare.colours = colours;
    sprites = colours.map(function (colour) {
      var disc = make("canvas");
      disc.width = disc.height = wide;
      var brush = disc.getContext("2d");
      brush.fillStyle = colour;
      brush.beginPath();
      brush.arc(wide / 2, wide / 2, size * ratio, 0, 7);
      brush.fill();
      return disc;
    });
  }

  /* The largest topics first, each where no other name stands: nearer by, more fit in. */
  function labels() {
    var taken = [[width - 52, 0, width, 140]]; /* where the buttons are */
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    index.byCount.forEach(function (topic) {
      if (hidden[topic[1]] || topic[4] < 2) return;
      var x = screenX(topic[2]), y = screenY(topic[3]);
      if (x < 0 || x > width || y < 0 || y > height) return;
      var size = within(9 + Math.log2(topic[4] * 800 / count + 1), 11, 14.5);
      pen.font = "600 " + size.toFixed(1) + "px " + ink.face;
      var half = (topic.wide || (topic.wide = pen.measureText(topic[0]).width / size)) * size / 2;
      x = half * 2 + 8 > width ? width / 2 : within(x, half + 4, width - half - 4);
      var box = [x - half - 10, y - size * 1.3, x + half + 10, y + size * 1.3];
      if (taken.some(function (other) {
        return box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1];
      })) return;
      taken.push(box);
      pen.lineWidth = 5;
      pen.lineJoin = "round";
      pen.globalAlpha = 0.85;
      pen.strokeStyle = ink.ground;
      pen.strokeText(topic[0], x, y);
      pen.globalAlpha = 1;
      pen.fillStyle = ink.text;
      pen.fillText(topic[0], x, y);
    });
    holder.setAttribute("data-labels", taken.length - 1);
  }

  function ring(i, size) {
    pen.lineWidth = 2;
    pen.strokeStyle = ink.text;
    pen.beginPath();
    pen.arc(screenX(xs[i]), screenY(ys[i]), size + 4, 0, 7);
    pen.stroke();
  }

  function fit() {
    var ratio = window.devicePixelRatio || 1;
    width = canvas.clientWidth || 1;
    height = canvas.clientHeight || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    paint();
  }

  function recolour() {
    var style = getComputedStyle(holder);
    ink = {
      text: style.getPropertyValue("--ps-ink").trim(),
      ground: style.getPropertyValue("--ps-paper").trim(),
      face: style.getPropertyValue("--ps-sans").trim(),
    };
    colours = Array.prototype.map.call(holder.querySelectorAll(".ps-map-swatch"), function (one) {
      return getComputedStyle(one).color;
    });
    draw();
  }

  /* ---- finding -------------------------------------------------------------------------- */

  function cellOf(value) { return within(Math.floor(value / CELL), 0, CELLS - 1); }

  /* The point nearest to a place on the map, no farther away than `reach`. */
  function nearest(x, y, reach) {
    var best = -1, least = reach * reach;
    for (var row = cellOf(y - reach); row <= cellOf(y + reach); row++) {
      for (var column = cellOf(x - reach); column <= cellOf(x + reach); column++) {
        (grid[row * CELLS + column] || []).forEach(function (members) {
          members.forEach(function (i) {
            if (!isShown(i) || (query && matches[i] !== 1)) return;
            var far = (xs[i] - x) * (xs[i] - x) + (ys[i] - y) * (ys[i] - y);
            if (far <= least) { least = far; best = i; }
          });
        });
      }
    }
    return best;
  }

  function at(event, reach) {
    var box = canvas.getBoundingClientRect();
    var x = event.clientX - box.left, y = event.clientY - box.top;
    return nearest(mapX(x), mapY(y), (reach + radius()) / scale());
  }

  function topicNames(i) {
    return topics[i].map(function (number) { return index.topics[number][0]; });
  }

  function match(i) {
    return matches[i] = query && query.split(/\s+/).every(function (word) {
      return titles[i].toLowerCase().indexOf(word) >= 0 ||
        topicNames(i).some(function (name) { return name.toLowerCase().indexOf(word) >= 0; });
    }) ? 1 : 0;
  }

  function find() {
    query = field.value.trim().toLowerCase();
    found = 0;
    for (var i = 0; i < slugs.length; i++) if (query) found += match(i);
    tell();
    draw();
    keep();
  }

  function tell() {
    var loading = slugs.length < count ? say(", loading") : "";
    status.textContent = (query ? sayMany("%(count)s match", "%(count)s matches", found) : "") + loading;
  }

  function showMatches() {
    var box = [SPAN, SPAN, 0, 0];
    for (var i = 0; i < slugs.length; i++) {
      if (matches[i] !== 1 || !isShown(i)) continue;
      box = [Math.min(box[0], xs[i]), Math.min(box[1], ys[i]),
        Math.max(box[2], xs[i]), Math.max(box[3], ys[i])];
    }
    if (!query || box[2] < box[0]) return;
    var wide = Math.max(box[2] - box[0], box[3] - box[1], 120);
    glide(SPAN / wide * 0.8, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
  }

  /* ---- one paper ------------------------------------------------------------------------ */

  function addressOf(i) {
    return new URL("papers/" + slugs[i] + "/" + (location.protocol === "file:" ? "index.html" : ""),
      papershelf.root).href;
  }

  function select(i, byTouch) {
    if (i === selected) return;
    selected = i;
    card.hidden = i < 0;
    if (i >= 0) {
      var title = make("a", { class: "ps-map-title" }, titles[i]);
      title.href = addressOf(i);
      card.replaceChildren(title, make("p", { class: "ps-map-topics" }, topicNames(i).join(" · ")));
      card.classList.toggle("ps-map-card-right", screenX(xs[i]) < width / 2);
      card.classList.toggle("ps-map-touched", Boolean(byTouch));
    }
    canvas.classList.toggle("ps-map-on-point", i >= 0);
    draw();
    keep();
  }

  function open(i, event) {
    if (event && (event.ctrlKey || event.metaKey)) window.open(addressOf(i), "_blank", "noopener");
    else location.href = addressOf(i);
  }

  /* ---- hands ------------------------------------------------------------------------------ */

  var fingers = new Map(), dragged = false, apart = 0;

  function spread() {
    var both = Array.from(fingers.values());
    return {
      far: Math.hypot(both[0].x - both[1].x, both[0].y - both[1].y) || 1,
      x: (both[0].x + both[1].x) / 2,
      y: (both[0].y + both[1].y) / 2,
    };
  }

  canvas.addEventListener("pointerdown", function (event) {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY, fromX: event.clientX, fromY: event.clientY });
    cancelAnimationFrame(moving);
    dragged = fingers.size > 1;
    if (fingers.size === 2) apart = spread().far;
  });

  canvas.addEventListener("pointermove", function (event) {
    var finger = fingers.get(event.pointerId);
    if (!finger) {
      if (event.pointerType === "mouse") select(at(event, 6));
      return;
    }
    var dx = event.clientX - finger.x, dy = event.clientY - finger.y;
    if (!dragged && Math.hypot(event.clientX - finger.fromX, event.clientY - finger.fromY) < 5) return;
    dragged = true;
    finger.x = event.clientX;
    finger.y = event.clientY;
    if (fingers.size === 2) {
      var now = spread(), box = canvas.getBoundingClientRect();
      zoomAt(view.zoom * now.far / apart, now.x - box.left, now.y - box.top);
      apart = now.far;
    }
    var share = scale() * fingers.size;
    look(view.zoom, view.x - dx / share, view.y - dy / share);
  });

  canvas.addEventListener("pointerup", function (event) {
    if (!fingers.delete(event.pointerId) || dragged) return;
    var touch = event.pointerType !== "mouse";
    var i = at(event, touch ? 18 : 6);
    if (i < 0) select(-1);
    else if (touch) select(i, true); /* a tap shows, the link in the card opens */
    else open(i, event);
  });

  canvas.addEventListener("pointercancel", function (event) { fingers.delete(event.pointerId); });

  canvas.addEventListener("wheel", function (event) {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
    event.preventDefault();
    var box = canvas.getBoundingClientRect();
    var lines = event.deltaMode === 1 ? 20 : 1;
    zoomAt(view.zoom * Math.exp(-event.deltaY * lines / 400),
      event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });

  canvas.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    var step = 80 / scale();
    var keys = {
      ArrowLeft: function () { glide(view.zoom, view.x - step, view.y); },
      ArrowRight: function () { glide(view.zoom, view.x + step, view.y); },
      ArrowUp: function () { glide(view.zoom, view.x, view.y - step); },
      ArrowDown: function () { glide(view.zoom, view.x, view.y + step); },
      "+": function () { glide(view.zoom * 1.6); },
      "=": function () { glide(view.zoom * 1.6); },
      "-": function () { glide(view.zoom / 1.6); },
      "0": showAll,
      Escape: function () { select(-1); },
      Enter: function () {
        if (selected >= 0) open(selected);
        else select(nearest(view.x, view.y, SPAN));
      },
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key.indexOf("Arrow") === 0) select(-1);
    keys[event.key]();
  });

  field.addEventListener("input", find);
  field.addEventListener("keydown", function (event) {
    event.stopPropagation(); /* the theme has keys of its own */
    if (event.key === "Enter") showMatches();
  });

  /* ---- the state in the address --------------------------------------------------------- */

  function keep() {
    clearTimeout(saving);
    saving = setTimeout(function () {
      var state = new URLSearchParams();
      if (view.zoom > 1.001 || view.x !== SPAN / 2 || view.y !== SPAN / 2) {
        state.set("z", view.zoom.toFixed(2));
        state.set("x", Math.round(view.x));
        state.set("y", Math.round(view.y));
      }
      if (selected >= 0) state.set("p", slugs[selected]);
      else if (wanted) state.set("p", wanted);
      if (query) state.set("q", query);
      var off = Object.keys(hidden).filter(function (area) { return hidden[area]; });
      if (off.length) state.set("off", off.join("."));
      var hash = state.toString();
      if ("#" + hash !== location.hash && (hash || location.hash.indexOf("=") > 0)) {
        history.replaceState(history.state, "", location.pathname + location.search + (hash ? "#" + hash : ""));
      }
    }, 150);
  }

  function restore() {
    if (location.hash.indexOf("=") < 0) return;
    var state = new URLSearchParams(location.hash.slice(1));
    function number(name, other) {
      var value = parseFloat(state.get(name));
      return isFinite(value) ? value : other;
    }
    hidden = {};
    (state.get("off") || "").split(".").forEach(function (area) {
      if (/^-?\d+$/.test(area)) hidden[area] = true;
    });
    field.value = state.get("q") || "";
    wanted = state.get("p") || "";
    legend.querySelectorAll("button").forEach(function (one) {
      one.setAttribute("aria-pressed", String(!hidden[one.dataset.area]));
    });
    find();
    pick();
    look(number("z", 1), number("x", SPAN / 2), number("y", SPAN / 2));
  }

  /* The paper that the address names may be in a file that is still to come. */
  function pick() {
    var i = wanted ? slugs.indexOf(wanted) : -1;
    if (i >= 0) { wanted = ""; select(i, true); }
  }

  /* ---- beginning --------------------------------------------------------------------------- */

  function entry(area, label, hue) {
    var item = make("li", { class: "ps-hue-" + hue });
    var toggle = make("button", { class: "ps-map-area" });
    toggle.type = "button";
    toggle.dataset.area = area;
    toggle.setAttribute("aria-pressed", "true");
    toggle.append(make("span", { class: "ps-map-swatch" }), make("span", {}, label), make("span", { class: "ps-count" }));
    toggle.addEventListener("click", function () {
      hidden[area] = !hidden[area];
      toggle.setAttribute("aria-pressed", String(!hidden[area]));
      if (selected >= 0 && !isShown(selected)) select(-1);
      draw();
      keep();
    });
    item.append(toggle);
    legend.append(item);
  }

  function recount() {
    var number = {};
    for (var i = 0; i < slugs.length; i++) number[areas[i]] = (number[areas[i]] || 0) + 1;
    legend.querySelectorAll("button").forEach(function (one) {
      one.querySelector(".ps-count").textContent = number[one.dataset.area] || 0;
      one.parentNode.hidden = slugs.length === count && !number[one.dataset.area];
    });
  }

  function begin(head) {
    index = head;
    count = head.count;
    xs = new Float32Array(count);
    ys = new Float32Array(count);
    areas = new Int16Array(count);
    matches = new Uint8Array(count);
    index.byCount = head.topics.slice().sort(function (one, other) { return other[4] - one[4]; });
    entry(-1, say("No topic"), 0);
    head.areas.forEach(function (area, number) { entry(number, area[0], area[1]); });
    recolour();
    fit();
    new ResizeObserver(fit).observe(canvas);
    new MutationObserver(recolour).observe(document.body, {
      attributes: true, attributeFilter: ["data-md-color-scheme"],
    });
    window.addEventListener("hashchange", restore);
    restore();
    return next(0);
  }

  /* File after file, in order, so that the first points stand at once. */
  function next(number) {
    if (number * index.shard >= count) {
      holder.setAttribute("data-ready", "");
      wanted = "";
      return undefined;
    }
    return papershelf.load("map/" + number).then(function (part) {
      part.x.forEach(function (x, k) {
        var i = slugs.length;
        xs[i] = x;
        ys[i] = part.y[k];
        areas[i] = part.area[k];
        titles.push(part.title[k]);
        topics.push(part.topics[k]);
        slugs.push(part.slug[k]);
        if (query) found += match(i);
        var place = cellOf(ys[i]) * CELLS + cellOf(x);
        var cell = grid[place] || (grid[place] = []);
        (cell[areas[i] + 1] || (cell[areas[i] + 1] = [])).push(i);
      });
      recount();
      pick();
      tell();
      draw();
      return next(number + 1);
    });
  }

  papershelf.load("map/index").then(begin).catch(function () {
    status.textContent = say("The map could not be loaded; the list below says the same in words.");
    frame.hidden = true;
  });
})();
