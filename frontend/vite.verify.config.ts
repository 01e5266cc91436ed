/** Builds the verifier as one file, dist/verify.html: script and style inside, named by their hashes in its own policy. */

import { createHash } from 'node:crypto';
import { defineConfig, type Plugin } from 'vite';

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Puts the one script and the one style into the page and takes their files away. */
function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      let [script, style] = ['', ''];
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === 'chunk') script += file.code;
        else if (name.endsWith('.css')) style += String(file.source);
        else continue;
        delete bundle[name];
      }
      script = script.trim().replaceAll('</script', '<\\/script');
      const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; connect-src http: https:`;
      const page = bundle['verify.html'];
      if (page?.type !== 'asset') throw new Error('verify.html is not built');
      page.source = String(page.source)
        .replace(/\s*<(script|link)[^>]*(src|href)="[^"]*"[^>]*>(<\/script>)?/g, '')
        .replace('<meta charset="utf-8" />', (meta) => `${meta}<meta http-equiv="Content-Security-Policy" content="${policy}" />`)
        .replace('</head>', () => `<style>${style}</style></head>`)
        .replace('</body>', () => `<script type="module">${script}</script></body>`);
    },
  };
}

export default defineConfig({
  plugins: [oneFile()],
  publicDir: false,
  build: {
    emptyOutDir: false,
    modulePreload: { polyfill: false },
    rollupOptions: { input: 'verify.html' },
  },
});
