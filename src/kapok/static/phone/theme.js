// Runs before the page is drawn, so that a dark phone never flashes white.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("kapok-phone-theme");
  } catch {
    // Storage that is shut off leaves the phone's own setting.
  }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    document.documentElement.dataset.theme = chosen || (dark.matches ? "dark" : "light");
  };
  follow();
  dark.addEventListener("change", follow);
})();
