#!/usr/bin/env node
/** `orderbell`: the command line of administrators and auditors. */
import { run } from "./run.ts";

process.exitCode = await run(process.argv.slice(2), { out: process.stdout, err: process.stderr });
