/**
 * Lint rules. Style that prettier would settle is not repeated here; the layer table is checked by dependency-cruiser
 * (.dependency-cruiser.cjs), the imports that this file bans are those for which there is a better way inside a layer.
 */
import globals from 'globals';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';

const electronBan = { name: 'electron', message: 'Only src/main and src/preload know Electron. Take what you need of it as a function argument.' };
const nodeBan = { group: ['node:*', 'fs', 'path', 'os', 'child_process', 'worker_threads'], message: 'This layer is pure. Take bytes and text as arguments; files and processes belong to src/host.' };
const barrelBan = { group: ['**/index'], message: 'There are no barrels: import the file that defines the name.' };

const restrict = (paths, patterns) => ({ 'no-restricted-imports': ['error', { paths, patterns: [...patterns, barrelBan] }] });

const clockAndChance = [
  { object: 'Date', property: 'now', message: 'The core has no clock: simulated time is machine.cycles().' },
  { object: 'Math', property: 'random', message: 'The core is deterministic: derive it from RunConfig.machine.seed.' },
];

export default tseslint.config(
  { ignores: ['out/**', 'dist/**', 'node_modules/**', '.cache/**', 'test-results/**', 'playwright-report/**', 'src/core/*/as/**'] },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  { files: ['**/*.vue'], languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser, sourceType: 'module' } } },
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'prefer-const': 'error',
      'no-empty-pattern': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Export by name: names stay the same everywhere.' }],
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/attributes-order': 'off',
      'vue/require-default-prop': 'off',
      'vue/multi-word-component-names': 'off',
    },
  },
  { files: ['*.config.ts', '*.config.js', '**/*.vue', 'src/renderer/**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['src/shared/**/*.ts', 'src/core/**/*.ts'], ignores: ['**/*.test.ts', '**/*.fixture.ts', '**/testing/**', '**/test-*.ts'], rules: { ...restrict([electronBan], [nodeBan]), 'no-restricted-properties': ['error', ...clockAndChance], 'no-restricted-globals': ['error', { name: 'performance', message: 'The core has no clock: simulated time is machine.cycles().' }, { name: 'console', message: 'The core does no I/O: return it, or record an event.' }] } },
  { files: ['src/toolchain/**/*.ts', 'src/host/**/*.ts', 'src/cli/**/*.ts'], rules: restrict([electronBan], []) },
  { files: ['src/renderer/**/*.{ts,vue}'], ignores: ['**/*.test.ts'], rules: restrict([electronBan], [nodeBan]) },
  { files: ['src/main/**/*.ts'], rules: { 'no-restricted-syntax': ['error', { selector: 'ImportSpecifier[imported.name="ipcMain"]', message: 'Raw ipcMain is touched in src/main/router.ts only: register a handler there.' }] } },
  { files: ['src/main/router.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } },
);
