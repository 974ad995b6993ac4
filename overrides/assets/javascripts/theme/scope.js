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
      this.addEventListener("message", (event) => this.onmessage && this.onmessage(event));
      var frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "Search";
      (document.body || document.documentElement).append(frame);
      this.frame = frame;
      this.inside = frame.contentWindow;
      this.inside.postMessage = (data) => {
        this.dispatchEvent(new MessageEvent("message", { data: data }));
      };
      this.inside.importScripts = (...addresses) =>
        addresses.reduce((last, next) => last.then(() => this.run(next)), Promise.resolve());
      this.ready = this.run(address);
    }

    run(address) {
      return new Promise((resolve, reject) => {
        var element = this.inside.document.createElement("script");
        element.src = new URL(address, location);
        element.onload = resolve;
        element.onerror = reject;
        this.inside.document.body.append(element);
      });
    }

    postMessage(data) {
      this.ready.then(() => {
        this.inside.dispatchEvent(new MessageEvent("message", { data: data }));
      });
    }

    terminate() {
      this.frame.remove();
    }
  }

  window.Worker = Worker;
  window.IFrameWorker = Worker; // by this name the theme's worker knows that it runs in a frame
})();
