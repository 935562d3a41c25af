// Runs before the first paint: sets the theme, the language and which static content is visible, so that nothing flashes.
// Also requests early what the app would request only after it has loaded.
(() => {
  const hints = document.currentScript?.dataset ?? {};
  const root = document.documentElement;
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const theme = read("plaza.theme");
  if (theme === "light" || theme === "dark") {
    root.dataset.theme = theme;
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      meta.content = theme === "dark" ? "#121110" : "#f8f5f1";
    }
  }
  const known = ["en", "lt"];
  const wanted = [read("plaza.locale"), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  root.lang = wanted.find((locale) => known.includes(locale)) ?? "en";
  const isLanding = location.pathname === "/" && read("plaza.session") !== "1";
  root.dataset.boot = isLanding ? "landing" : "app";

  // A visitor's first screen is static in this page: early requests would only delay it.
  if (isLanding) return;
  const fetchEarly = (rel, href) => {
    const link = document.createElement("link");
    link.rel = rel;
    link.href = href;
    if (rel === "preload") {
      link.as = "fetch";
      link.crossOrigin = "anonymous";
    }
    document.head.append(link);
  };
  const isHome = location.pathname === "/";
  const modules = `${hints[root.lang] ?? ""} ${isHome ? (hints.home ?? "") : ""}`;
  for (const href of modules.split(" ").filter(Boolean)) fetchEarly("modulepreload", href);
  fetchEarly("preload", "/api/session");
  if (isHome) fetchEarly("preload", "/api/feeds/following?limit=20");
})();
