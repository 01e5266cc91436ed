#!/usr/bin/env node
// npm's solc behind the command line that py-solc-x and forge speak: `--version`, and standard JSON on standard input.
const fs = require("fs");
const path = require("path");
const solc = require("solc");

const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const has = (name) => process.argv.includes(name);
const base = has("--base-path") ? option("--base-path") : ".";

function readSource(name) {
  try {
    return { contents: fs.readFileSync(path.resolve(base, name), "utf8") };
  } catch (error) {
    return { error: `${name} not found (${error.code}): check the import, or run make setup` };
  }
}

if (has("--version")) {
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}`);
} else if (has("--standard-json")) {
  process.stdout.write(solc.compile(fs.readFileSync(0, "utf8"), { import: readSource }));
} else {
  console.error("solc wrapper: only --version and --standard-json are supported");
  process.exitCode = 1;
}
