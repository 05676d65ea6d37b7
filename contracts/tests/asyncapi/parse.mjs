// Parses the AsyncAPI document that is named and prints what a reader of it finds, as JSON.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(await readFile(process.argv[2], "utf8"));
const problems = diagnostics.map((one) => ({
  severity: one.severity,
  code: one.code,
  path: one.path.join("/"),
  message: one.message,
}));
const messages = (document?.allMessages().all() ?? []).map((one) => ({
  name: one.name(),
  payload: Object.keys(one.payload()?.properties() ?? {}),
  headers: one.hasHeaders(),
  key: one.bindings().get("kafka")?.value().key?.type ?? null,
  examples: one.examples().all().length,
}));
const channels = (document?.channels().all() ?? []).map((one) => one.address());
process.stdout.write(JSON.stringify({ valid: document !== undefined, problems, channels, messages }));
