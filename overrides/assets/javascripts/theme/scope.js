/* What Material and Zensical keep in inline scripts, for a policy that runs none: the names
   under which their bundle remembers the reader's choices. And workers for pages opened as files. */
(function () {
  "use strict";
  var script = document.currentScript;
  var scope = script.dataset.scope
    ? new URL(script.dataset.scope, location)
    : new URL("../../../", script.src);

  window.__md_scope = scope;

  window.__md_hash = function (text) {
    return Array.from(text).reduce(function (sum, sign) {
      return (sum << 5) - sum + sign.charCodeAt(0);
    }, 0);
  };

  window.__md_get = function (key, storage, base) {
    try {
      return JSON.parse((storage || localStorage).getItem((base || scope).pathname + "." + key));
    } catch (error) {
      return null; // storage is forbidden, or what it holds is none of ours
    }
  };

  window.__md_set = function (key, value, storage, base) {
    try {
      (storage || localStorage).setItem((base || scope).pathname + "." + key, JSON.stringify(value));
    } catch (error) {
      /* It is not remembered. */
    }
  };

  // Zensical's stylesheet shows the keys of the reader's platform.
  document.documentElement.setAttribute("data-platform", navigator.platform);

  // Feeds are alternates, but the bundle takes every alternate for the site in another language,
  // and asks for a whole sitemap beside each: here they get another name before it looks.
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("link[rel=alternate]:not([hreflang])").forEach(function (link) {
      link.rel = "alternate feed";
    });
  });

  // The bundle asks for the whole index of the search with every page, 20 MB for 10,000 papers.
  // Here that request waits until the reader turns to the search, or came with a query.
  var send = XMLHttpRequest.prototype.send, open = XMLHttpRequest.prototype.open;
  var isMeant = /[?&]q=/.test(location.search);
  XMLHttpRequest.prototype.open = function (method, address) {
    this.waits = /\/search_index\.json$/.test(address);
    return open.apply(this, arguments);
  };
  XMLHttpRequest.prototype.send = function () {
    if (!this.waits || isMeant) return send.apply(this, arguments);
    var request = this;
    document.addEventListener("focusin", function turn(event) {
      if (!event.target.closest(".md-search")) return;
      document.removeEventListener("focusin", turn);
      isMeant = true;
      send.call(request);
    });
  };

  if (location.protocol !== "file:") return;

  /* On disk the address of a folder is a list of files; the page in it is meant. */
  function enter(event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (link && link.protocol === "file:" && link.pathname.endsWith("/")) {
      link.pathname += "index.html";
    }
  }
  ["click", "auxclick", "contextmenu"].forEach(function (name) {
    document.addEventListener(name, enter, true);
  });

  /* Browsers give no worker to a page from disk. A hidden frame of the page's own does its work:
     slower to answer, but without a request to anybody. */
  class Worker extends EventTarget {
    constructor(address) {
      super();
      this.onmessage = null;
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "Search";
      (document.body || document.documentElement).append(this.frame);
      var inside = this.frame.contentWindow;
      // A channel copies what it carries and delivers it later, as between a page and a worker.
      var channel = new MessageChannel();
      this.port = channel.port1;
      this.port.onmessage = (event) => {
        var message = new MessageEvent("message", { data: event.data });
        this.dispatchEvent(message);
        if (this.onmessage) this.onmessage(message);
      };
      inside.postMessage = (data) => channel.port2.postMessage(data);
      inside.importScripts = (...addresses) =>
        addresses.reduce((last, next) => last.then(() => this.run(next)), Promise.resolve());
      this.run(address).then(() => {
        channel.port2.onmessage = (event) => {
          inside.dispatchEvent(new MessageEvent("message", { data: event.data }));
        };
      });
    }

    run(address) {
      return new Promise((resolve, reject) => {
        var element = this.frame.contentDocument.createElement("script");
        element.src = new URL(address, location);
        element.onload = resolve;
        element.onerror = reject;
        this.frame.contentDocument.body.append(element);
      });
    }

    postMessage(data) {
      this.port.postMessage(data);
    }

    terminate() {
      this.port.close();
      this.frame.remove();
    }
  }

  window.Worker = Worker;
  window.IFrameWorker = Worker; // by this name the theme's worker knows that it runs in a frame
})();
