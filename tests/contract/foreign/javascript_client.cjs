// Carries out steps with the official SDK: {config, steps} on standard input, one outcome a step on standard output.
// {new, with, set, then} makes an object of the SDK, {day} a date, {last} a property of the last result.
"use strict";
const sdk = require(`${process.argv[2]}/node_modules/@intacct/intacct-sdk`);

let last = {};

function find(path) {
  return path.split(".").reduce((found, name) => found[name], sdk);
}

function build(value) {
  if (Array.isArray(value)) return value.map(build);
  if (value === null || typeof value !== "object") return value;
  if ("day" in value) return new Date(`${value.day}T12:00:00Z`);
  if ("last" in value) return last[value.last];
  const made = new (find(value.new))(...build(value.with ?? []));
  for (const [name, each] of Object.entries(value.set ?? {})) made[name] = build(each);
  return (value.then ?? []).reduce((object, [name, ...given]) => object[name](...build(given)), made);
}

function describe(result) {
  const { status, functionName, controlId, data, key, resultId, totalCount, numRemaining, errors } = result;
  return { status, functionName, controlId, data, key, resultId, totalCount, numRemaining, errors };
}

async function carryOut(client, step) {
  const request = Object.assign(new sdk.RequestConfig(), step.request ?? {});
  const response = step.batch
    ? await client.executeBatch(step.batch.map(build), request)
    : await client.execute(build(step), request);
  last = describe(response.results[0]);
  return { results: response.results.map(describe) };
}

async function attempt(action) {
  try {
    return await action();
  } catch (error) {
    const name = error.name === "Error" ? error.constructor.name : error.name;
    return { error: { name, message: error.message, errors: error.errors ?? [] } };
  }
}

async function main() {
  let text = "";
  for await (const chunk of process.stdin) text += chunk;
  const { config, steps } = JSON.parse(text);
  const outcomes = [];
  let client = null;
  const login = await attempt(async () => {
    const session = await sdk.SessionProvider.factory(Object.assign(new sdk.ClientConfig(), config));
    client = new sdk.OnlineClient(session);
    return { endpoint: session.endpointUrl, session: session.sessionId };
  });
  outcomes.push(login);
  if (client) for (const step of steps) outcomes.push(await attempt(() => carryOut(client, step)));
  process.stdout.write(JSON.stringify(outcomes));
}

main();
