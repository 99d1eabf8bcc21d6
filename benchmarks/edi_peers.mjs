// Other readers for Node on the same file: one case a process, its figures as JSON.
//
//     node edi_peers.mjs CASE FILE WARM_UP_FILE        (run where the packages are installed)

import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const require = createRequire(join(process.cwd(), "package.json"));

async function countStream(path, parser, name) {
  let count = 0;
  await pipeline(createReadStream(path, "latin1"), parser, async (segments) => {
    for await (const segment of segments) count += name(segment) === "ST" ? 1 : 0;
  });
  return count;
}

const CASES = {
  "x12-parser segments": (path) =>
    countStream(path, new (require("x12-parser").X12parser)(), (segment) => segment.name),
  "node-x12 segments": (path) =>
    countStream(path, new (require("node-x12").X12StreamingParser ?? require("node-x12").X12Parser)(), (segment) => segment.tag),
  "node-x12 objects": (path) => {
    const { X12Parser } = require("node-x12");
    const interchange = new X12Parser(false).parse(readFileSync(path, "latin1"));
    return interchange.functionalGroups.reduce((sum, group) => sum + group.transactions.length, 0);
  },
  "stedi metadata": (path) => {
    const tools = require("@stedi/x12-tools");
    return JSON.stringify(tools.metadata(readFileSync(path, "latin1"))).split('"810"').length - 1;
  },
};

const [name, path, warmUp] = process.argv.slice(2);
await CASES[name](warmUp);
const start = process.cpuUsage();
const count = await CASES[name](path);
const { user, system } = process.cpuUsage(start);
const seconds = (user + system) / 1e6;
console.log(JSON.stringify({ seconds, count, peak_kib: process.resourceUsage().maxRSS }));
