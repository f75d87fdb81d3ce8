// Hands the code over to the page that opened this window, which the browser checks to be of the widget's site. Where that
// page's policy, or an identity provider's on the way, cut the two apart, the window becomes the page itself: its address
// is of the same site, which the server has checked.
const told = document.querySelector("#hand-over");
const { code, origin, state } = told.dataset;
if (window.opener) {
  window.opener.postMessage({ type: "parvis:sign-in", code, state }, origin);
  window.close();
} else {
  location.replace(told.querySelector("a").href);
}
