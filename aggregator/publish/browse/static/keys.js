// Without this every page works; with it, j and k go through the stories and / searches.
(() => {
  const headlines = () => Array.from(document.querySelectorAll(".card h2 a, .timeline > li > h3 a"));

  const step = (by) => {
    const links = headlines();
    const at = links.indexOf(document.activeElement);
    const target = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
    if (target) {
      target.focus();
      target.closest("li").scrollIntoView({ block: "nearest" });
    }
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === "j" || event.key === "k") {
      step(event.key === "j" ? 1 : -1);
    } else if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
  });
})();
