// Preloaded into Node: names under intacct.com are this machine, in this process alone.
"use strict";
const dns = require("node:dns");
const ask = dns.lookup;
dns.lookup = (name, options, done) => {
  const answer = typeof options === "function" ? options : done;
  if (!name.endsWith(".intacct.com")) return ask(name, options, done);
  const all = typeof options === "object" && options.all;
  process.nextTick(() => (all ? answer(null, [{ address: "127.0.0.1", family: 4 }]) : answer(null, "127.0.0.1", 4)));
};
