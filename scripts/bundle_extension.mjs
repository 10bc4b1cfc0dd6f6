// Bundles the extensions of a folder as Shopify's CLI does, one file for each, for the demo, which shows them without
// any Node tools. A test holds the committed files against a fresh bundle.
//   node scripts/bundle_extension.mjs customer-account devstore/static/account
import {readFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const [name, into] = process.argv.slice(2);
const EXTENSION = join(ROOT, 'extensions', name);
const folder = resolve(into);

// Of the configuration, the handles and what each serves, in the file's own order.
const lines = readFileSync(join(EXTENSION, 'shopify.extension.toml'), 'utf8').split('\n');
const extensions = [];
for (const line of lines) {
  const [, key, value] = /^\s*(handle|target|module) = "([^"]+)"/.exec(line) ?? [];
  if (key === 'handle') extensions.push({handle: value, targets: []});
  if (key === 'target') extensions.at(-1).targets.push({target: value});
  if (key === 'module') extensions.at(-1).targets.at(-1).module = value;
}

for (const {handle, targets} of extensions) {
  const contents = targets
    .map(({target, module}, n) => `import T${n} from '${module}';shopify.extend('${target}', (...a) => T${n}(...a));`)
    .join('\n');
  await build({
    stdin: {contents, resolveDir: EXTENSION, loader: 'jsx'},
    outfile: join(folder, `${handle}.js`),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: {'.esnext': 'ts', '.js': 'jsx'},
    resolveExtensions: ['.tsx', '.ts', '.jsx', '.js', '.json', '.esnext', '.mjs'],
    define: {'process.env.NODE_ENV': '"production"'},
    legalComments: 'none',
    charset: 'utf8',
  });
}
