/** Build of the window: main process, preload and renderer. The command line is built by scripts/. */
import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import vue from '@vitejs/plugin-vue';

const root = import.meta.dirname;
const shared = resolve(root, 'src/shared');

export default defineConfig({
  main: {
    build: {
      externalizeDeps: true,
      rollupOptions: { input: { index: resolve(root, 'src/main/index.ts') } },
    },
  },
  preload: {
    build: {
      // A sandboxed preload is one CommonJS file that may require nothing but `electron`.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: resolve(root, 'src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    resolve: { alias: { '@shared': shared, '@': resolve(root, 'src/renderer/src') } },
    plugins: [vue()],
    // The app:// handler puts a fresh nonce here at every load (src/main/security.ts).
    html: { cspNonce: '__CSP_NONCE__' },
    build: {
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 4_000,
      rollupOptions: { input: resolve(root, 'src/renderer/index.html') },
    },
  },
});
