/**
 * Unit and golden tests. Two projects: everything that runs in plain Node, and the renderer's tests in a simulated DOM.
 * One file: `npx vitest run src/core/lir/liveness.test.ts`.
 */
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const alias = { '@': resolve(root, 'src/renderer/src'), '@shared': resolve(root, 'src/shared') };
const testTimeout = 60_000;
const hookTimeout = 180_000;

export default defineConfig({
  test: {
    // The default leaves a core to Vitest itself, which idles while tests run: of two, that is half.
    maxWorkers: availableParallelism(),
    projects: [
      {
        plugins: [vue()],
        resolve: { alias },
        test: {
          name: 'window', environment: 'happy-dom', testTimeout, hookTimeout,
          include: ['src/renderer/**/*.test.ts'],
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'engine', environment: 'node', testTimeout, hookTimeout,
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['src/renderer/**', 'node_modules/**', 'out/**'],
        },
      },
    ],
  },
});
