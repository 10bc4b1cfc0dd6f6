import {defineConfig} from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  esbuild: {jsx: 'automatic', jsxImportSource: 'preact'},
  test: {
    environment: 'jsdom',
    include: ['tests/*.test.jsx'],
    server: {deps: {inline: [/ui-extensions-tester/]}}, // it imports our .jsx, which only vite can read
  },
});
