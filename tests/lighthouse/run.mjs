// Looks at one address as often as asked; prints each look's scores as a line of JSON.
// usage: node run.mjs <address> <times> <browser>
import * as chromeLauncher from "chrome-launcher";
import lighthouse from "lighthouse";

const [address, times, browser] = process.argv.slice(2);
const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

for (let look = 0; look < Number(times); look += 1) {
  const chrome = await chromeLauncher.launch({ chromePath: browser, chromeFlags: FLAGS });
  const { lhr } = await lighthouse(address, { port: chrome.port, logLevel: "error" });
  await chrome.kill();
  const scores = Object.fromEntries(
    Object.entries(lhr.categories).map(([name, category]) => [name, category.score]),
  );
  const faults = Object.values(lhr.categories).flatMap((category) =>
    category.auditRefs
      .filter((ref) => ref.weight > 0 && (lhr.audits[ref.id].score ?? 1) < 1)
      .map((ref) => `${ref.id} ${lhr.audits[ref.id].displayValue ?? ""}`.trim()),
  );
  console.log(JSON.stringify({ scores, faults, error: lhr.runtimeError?.message ?? "" }));
}
