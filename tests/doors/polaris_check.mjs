// Reads pages as JSON ({name: html}) from standard input; prints what Shopify's own validator says of each.
import {readFileSync} from 'node:fs';
import {validateToolDef} from '@shopify/dev-mcp/tools';

const pages = JSON.parse(readFileSync(0, 'utf8'));
const said = {};
for (const [name, content] of Object.entries(pages)) {
  const answer = await validateToolDef().handler({api: 'polaris-app-home', code: [{language: 'html', content}]});
  said[name] = answer.content.map(part => part.text).join('\n');
}
process.stdout.write(JSON.stringify(said));
