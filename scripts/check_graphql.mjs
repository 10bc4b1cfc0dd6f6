// Every GraphQL document of the app, held against Shopify's own validator for one Admin API version, offline.
//
//   node scripts/check_graphql.mjs [--version 2026-10] [FOLDER]
//
// FOLDER holds one operation a file; fragments/ below it holds one fragment a file, added where it is spread.
// Prints one JSON object: {version, documents: [{file, valid, problem, warnings, scopes, needs}]}. `scopes` is what the
// validator says a document touches, alternatives included. `needs` is the same as a rule, read from the access notes
// that come with Shopify's schema: a list of lists, of each inner list one scope is enough.
// Exit status: 0 all valid, 1 a document is not, 2 the check itself could not run.
process.env.OPT_OUT_INSTRUMENTATION = "true";

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const options = process.argv.slice(2);
const at = options.indexOf("--version");
const version = at < 0 ? "2026-10" : options.splice(at, 2)[1];
const folder = options[0] ?? "shopify_app/shopify/graphql";

/** The operation in `file` with every fragment it spreads, directly or through another fragment, once. */
function complete(file) {
  const parts = [readFileSync(join(folder, file), "utf8")];
  const known = new Set();
  for (const part of parts) {
    for (const [, name] of part.replace(/#.*/g, "").matchAll(/\.\.\.\s*(?!on\b)([A-Za-z_]\w*)/g)) {
      if (known.has(name)) continue;
      known.add(name);
      const fragment = join(folder, "fragments", `${name}.graphql`);
      if (existsSync(fragment)) parts.push(readFileSync(fragment, "utf8"));
    }
  }
  return parts.join("\n");
}

/** The sentences of the validator's report (Markdown) that we go by. */
function read(report) {
  const details = /\*\*Details:\*\* ([\s\S]*)/.exec(report)?.[1].trim();
  const status = /\*\*Overall Status:\*\* .*?(INVALID|VALID)/.exec(report)?.[1];
  if (!details || !status) throw new Error(`The validator answered in a form this script does not know:\n${report}`);
  const [words, scopes = ""] = details.split(/\nRequired scopes: /);
  return {
    valid: status === "VALID",
    problem: status === "VALID" ? null : words,
    warnings: status === "VALID" ? (/Note: ([\s\S]*)/.exec(words)?.[1] ?? null) : null,
    scopes: scopes.split(",").map((scope) => scope.trim()).filter(Boolean).sort(),
  };
}

/**
 * "`a` access scope or `b` access scope" is one group of two; without "or", every scope is a group of its own. Of
 * "`a` for queries and both `a` as well as `b` for mutations" a query needs the first half.
 */
function groups({ offlineScopes, requiredAccess }, isQuery) {
  const [whole, also = ""] = requiredAccess.split("Also:");
  const [reading, writing] = whole.split(" for queries and ");
  const rule = writing && isQuery ? reading : whole;
  const extra = offlineScopes.filter((scope) => also.includes(`Requires \`${scope}\` scope`));
  const isNamed = (scope) => !extra.includes(scope) && (rule === whole || rule.includes(`\`${scope}\``));
  const named = [...new Set(offlineScopes.filter(isNamed))];
  const first = / or /.test(rule) ? [named] : named.map((scope) => [scope]);
  return [...first, ...extra.map((scope) => [scope])];
}

/** A function from a document to its `needs`. */
async function scopeReader() {
  const { buildClientSchema, getNamedType, parse, TypeInfo, visit, visitWithTypeInfo } = await import("graphql");
  const tools = new URL(import.meta.resolve("@shopify/dev-mcp/tools"));
  const packed = readFileSync(new URL(`data/admin_${version}.json.gz`, tools));
  const { data, offline_scopes: notes } = JSON.parse(gunzipSync(packed));
  const schema = buildClientSchema(data, { assumeValid: true });
  const access = new Map(notes.items.map((item) => [[item.typeName, item.fieldName].filter(Boolean).join("."), item]));
  return (content) => {
    const types = new TypeInfo(schema);
    const found = new Map();
    const document = parse(content);
    const isQuery = document.definitions.every((each) => each.operation !== "mutation");
    const note = (key) => {
      const item = access.get(key);
      for (const group of item?.offlineScopes.length ? groups(item, isQuery) : []) found.set([...group].sort().join(), [...new Set(group)].sort());
    };
    const Field = (node) => {
      note(`${types.getParentType()?.name}.${node.name.value}`);
      note(getNamedType(types.getType())?.name);
    };
    visit(document, visitWithTypeInfo(types, { Field, InlineFragment: () => note(getNamedType(types.getType())?.name) }));
    return [...found.entries()].sort().map(([, group]) => group);
  };
}

async function main() {
  const { validateToolDef } = await import("@shopify/dev-mcp/tools");
  const { handler } = validateToolDef();
  const needsOf = await scopeReader();
  const documents = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".graphql")).sort()) {
    const content = complete(file);
    const answer = await handler({ api: "admin", version, code: [{ content }] });
    const verdict = read(answer.content.map((part) => part.text).join("\n"));
    documents.push({ file, ...verdict, needs: verdict.valid ? needsOf(content) : [] });
  }
  console.log(JSON.stringify({ version, documents }, null, 2));
  return documents.every((document) => document.valid) ? 0 : 1;
}

main().then(
  (status) => process.exit(status),
  (failure) => {
    console.error(failure.message);
    process.exit(2);
  },
);
