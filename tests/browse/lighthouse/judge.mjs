// Judges pages as Lighthouse's phone sees them: `node judge.mjs <chromium> <runs> <address>…`; one line of JSON for each
// run of a page. The processor is this machine's own, not slowed down.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [chromePath, runs, ...addresses] = process.argv.slice(2);
const chrome = await launch({ chromePath, chromeFlags: ["--headless=new", "--no-sandbox"], logLevel: "silent" });
const flags = {
  port: chrome.port,
  logLevel: "silent",
  formFactor: "mobile",
  onlyCategories: ["performance", "accessibility", "best-practices", "seo"],
  throttling: { rttMs: 150, throughputKbps: 1638.4, cpuSlowdownMultiplier: 1 },
};
try {
  for (const address of addresses) {
    for (let run = 0; run < Number(runs); run++) {
      const { lhr } = await lighthouse(address, flags);
      const scores = Object.entries(lhr.categories).map(([name, { score }]) => [name, Math.round(score * 100)]);
      const refs = Object.values(lhr.categories).flatMap(({ auditRefs }) => auditRefs);
      const counted = new Set(refs.filter(({ weight }) => weight > 0).map(({ id }) => id));
      const failed = Object.values(lhr.audits).filter(({ id, score }) => counted.has(id) && score !== null && score < 0.9);
      const figure = (id) => lhr.audits[id].numericValue;
      console.log(
        JSON.stringify({
          address,
          scores: Object.fromEntries(scores),
          lcp: figure("largest-contentful-paint"),
          cls: figure("cumulative-layout-shift"),
          blocked: figure("total-blocking-time"),
          failed: failed.map(({ id, displayValue, details }) => [
            id,
            displayValue ?? "",
            ...(details?.items ?? []).slice(0, 3).map((item) => JSON.stringify(item).slice(0, 200)),
          ]),
          error: lhr.runtimeError?.message ?? "",
        }),
      );
    }
  }
} finally {
  await chrome.kill();
}
