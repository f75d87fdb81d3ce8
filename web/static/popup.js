// Hands the code over to the page that opened this window, which the browser checks to be of the widget's site.
const { code, origin } = document.querySelector("#hand-over").dataset;
window.opener?.postMessage({ type: "parvis:sign-in", code }, origin);
window.close();
