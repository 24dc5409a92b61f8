/**
 * The layer table of the architecture, checked: who may import whom. Type-only imports count.
 * A message says what to do instead.
 */
const LAYERS = {
  shared: [],
  core: ['shared'],
  toolchain: ['shared', 'core/lir', 'core/intrinsics', 'core/kernel/(ops|memory-layout)'],
  host: ['core', 'toolchain', 'shared'],
  main: ['host', 'shared'],
  preload: ['shared'],
  renderer: ['shared'],
  cli: ['host', 'toolchain', 'core', 'shared'],
};
const HINTS = {
  shared: 'src/shared holds plain data and imports nothing: move the type here, or the code elsewhere.',
  core: 'src/core is the machine: what it needs from outside comes in through ports (MachinePorts).',
  toolchain: 'src/toolchain ends at LIR: it may know core/lir, core/intrinsics and the opcode table, not the machine.',
  host: 'src/host is the Node side without Electron and without a window.',
  main: 'src/main only routes: use src/host/laboratory.',
  preload: 'src/preload exposes the contract of src/shared/ipc, nothing else.',
  renderer: 'src/renderer owns no machine state: ask through the bridge (src/shared/ipc).',
  cli: 'src/cli runs in plain Node: no Electron, no window.',
};
/** Only these layers may use Node or Electron; tests may use Node. */
const NODE_LAYERS = 'toolchain|host|main|preload|cli';
const ELECTRON_LAYERS = 'main|preload';
const TEST = '\\.test\\.ts$|\\.fixture\\.ts$|/testing/|/test-[^/]+\\.ts$|/naive-[^/]+\\.ts$';

const layerRules = Object.entries(LAYERS).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  comment: HINTS[layer],
  severity: 'error',
  from: { path: `^src/${layer}/`, pathNot: TEST },
  to: { path: '^src/', pathNot: `^src/(${[layer, ...allowed].join('|')})(/|\\.|$)` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'no-node', severity: 'error',
      comment: 'This layer is pure: take the data as an argument; files and processes belong to src/host.',
      from: { path: '^src/', pathNot: `^src/(${NODE_LAYERS})/|${TEST}` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-electron', severity: 'error',
      comment: 'Electron is for src/main and src/preload; elsewhere take what you need of it as a function.',
      from: { path: '^src/', pathNot: `^src/(${ELECTRON_LAYERS})/|${TEST}` },
      to: { path: 'node_modules/electron/' },
    },
    {
      name: 'no-cycle', severity: 'error',
      comment: 'Two files that need each other are one subject, or miss a third: move the shared part out.',
      from: { path: '^src/' }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-test-code', severity: 'error',
      comment: 'The product does not import its tests.',
      from: { path: '^src/', pathNot: TEST }, to: { path: TEST },
    },
    {
      name: 'no-unresolved', severity: 'error',
      comment: 'This import leads nowhere.',
      from: { path: '^src/', pathNot: '\\.d\\.ts$' }, to: { couldNotResolve: true, pathNot: '\\?(nodeWorker|modulePath|worker|url|raw|asset)|^virtual:|\\.vue$|\\.css$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // AssemblyScript: its own compiler checks it.
    exclude: { path: '^src/core/[^/]+/as/' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.d.ts', '.vue', '.js', '.mjs', '.json'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
