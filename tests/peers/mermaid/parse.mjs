// Parses each file with Mermaid's own parser; ends with 1 where one is refused.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>");
globalThis.window = window;
globalThis.document = window.document;

const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });

let failed = 0;
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, "utf8");
  try {
    const { diagramType } = await mermaid.parse(text);
    console.log(`${file}: ${diagramType}, ${text.split("\n").length} lines`);
  } catch (error) {
    failed += 1;
    console.error(`${file}: ${error.message}\n${text}`);
  }
}
// A parser that accepts everything proves nothing.
const accepted = await mermaid.parse("flowchart LR\n  a[ -->", { suppressErrors: true });
if (accepted) {
  failed += 1;
  console.error("the parser accepts nonsense");
}
process.exit(failed ? 1 : 0);
