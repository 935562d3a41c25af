// Runs before the first paint: theme, language and which still picture to show, so that nothing flashes.
(() => {
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
})();
