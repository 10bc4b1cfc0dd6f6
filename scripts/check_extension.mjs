// Holds an extension's files against Shopify's own validator, each for the targets it serves.
//   node scripts/check_extension.mjs < {"<target>": ["path", ...]}
// Prints {"<target> <path>": what the validator says}. The exit status does not judge: the caller reads.
import {readFileSync} from 'node:fs';
import {validateToolDef} from '@shopify/dev-mcp/tools';

const wanted = JSON.parse(readFileSync(0, 'utf8'));
const said = {};
for (const [extensionTarget, paths] of Object.entries(wanted)) {
  const surface = extensionTarget.startsWith('admin.') ? 'admin' : 'customer-account';
  for (const path of paths) {
    const code = [{language: 'jsx', content: readFileSync(path, 'utf8')}];
    const answer = await validateToolDef().handler({api: `polaris-${surface}-extensions`, extensionTarget, code});
    said[`${extensionTarget} ${path}`] = answer.content.map((part) => part.text).join('\n');
  }
}
process.stdout.write(JSON.stringify(said));
