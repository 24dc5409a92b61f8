/**
 * The application menu. Its items send the command palette's ids to the page; the page handles the keys itself, so the
 * accelerators are shown and not registered (macOS registers them: there the menu sends the command instead).
 */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';

type Item = readonly [label: string, command: string, accelerator?: string] | null;

const MENUS: readonly (readonly [string, readonly Item[]])[] = [
  ['&File', [
    ['New', 'file.new', 'CmdOrCtrl+N'], ['Open…', 'file.open', 'CmdOrCtrl+O'], ['Open recent…', 'file.recent'], ['Examples…', 'examples.open'], null,
    ['Save', 'file.save', 'CmdOrCtrl+S'], ['Save as…', 'file.save-as', 'CmdOrCtrl+Shift+S'], null,
    ['Settings…', 'view.settings', 'CmdOrCtrl+,'], null,
    ['Save snapshot', 'snapshot.save', 'Ctrl+Alt+S'], ['Save snapshot as…', 'snapshot.save-as'], ['Open snapshot…', 'snapshot.open', 'Ctrl+Alt+O'], ['Recent snapshots…', 'snapshot.recent'], null,
    ['Save report as HTML…', 'report.html'], ['Export report as text…', 'report.text'], ['Export report as XML…', 'report.xml'],
  ]],
  ['&Run', [
    ['Run', 'run.start', 'F5'], ['Pause', 'run.pause'], ['Stop', 'run.stop', 'Shift+F5'], null,
    ['Step over', 'run.step-over', 'F10'], ['Step into', 'run.step-into', 'F11'], ['Step out', 'run.step-out'], null,
    ['Toggle breakpoint', 'run.breakpoint', 'F9'], ['Let the OS reclaim', 'run.reclaim'],
  ]],
  ['&Time', [
    ['Step back over', 'travel.back-over', 'Shift+F10'], ['Step back into', 'travel.back-into', 'Shift+F11'], null,
    ['Back to the call of this function', 'travel.back-call'], ['Back to the previous page fault', 'travel.back-fault'], ['Back to the previous allocation or free', 'travel.back-allocation'], ['Back to the previous system call', 'travel.back-system-call'],
    ['Run backwards to a breakpoint', 'travel.previous-breakpoint', 'Ctrl+Shift+F9'], null,
    ['On to the return of this function', 'travel.forward-call'], ['On to the next page fault', 'travel.forward-fault'], ['On to the next allocation or free', 'travel.forward-allocation'], ['On to the next system call', 'travel.forward-system-call'], null,
    ['Go to the start', 'travel.start', 'Alt+Home'], ['Return to the end', 'travel.head', 'Alt+End'],
  ]],
  ['&View', [
    ['Editor', 'view.editor'], ['Console', 'view.console'], ['Leaks', 'view.leaks'], ['Memory', 'view.memory'], ['Page faults', 'view.faults'],
    ['Processes', 'view.processes'], ['Policies', 'view.policy'], ['Variables', 'view.variables'], null,
    ['Command palette…', 'palette.open', 'CmdOrCtrl+K'], ['Next pane', 'view.next-pane', 'F6'], ['Next finding', 'finding.next', 'F8'], null,
    ['Larger text', 'zoom.in', 'CmdOrCtrl+Plus'], ['Smaller text', 'zoom.out', 'CmdOrCtrl+-'], ['Normal text', 'zoom.reset', 'CmdOrCtrl+0'], ['Switch theme', 'theme.toggle'], ['Reset the layout', 'view.reset'],
  ]],
  ['&Help', [['Keyboard shortcuts', 'help.keys', 'F1']]],
];

export function buildMenu(send: (command: string) => void): void {
  const mac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = mac ? [{ role: 'appMenu' }] : [];
  for (const [label, items] of MENUS) {
    const submenu = items.map((item): MenuItemConstructorOptions => {
      if (!item) return { type: 'separator' };
      const [name, command, accelerator] = item;
      return { label: name, click: () => send(command), ...(accelerator ? { accelerator, registerAccelerator: false } : {}) };
    });
    if (label === '&File') submenu.push({ type: 'separator' }, mac ? { role: 'close' } : { role: 'quit' });
    template.push({ label, submenu });
    if (label === '&File') template.push({ role: 'editMenu' });
  }
  if (!app.isPackaged) template.push({ label: '&Developer', submenu: [{ role: 'toggleDevTools' }, { role: 'forceReload' }] });
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
