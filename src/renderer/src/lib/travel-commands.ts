/** Commands that go to other moments of the run. Each says why it is not possible when it is not. */
import type { TravelUnit } from '@shared/timeline';
import type { Command } from '@/stores/commands';
import { useEditor } from '@/stores/editor';
import { useTimeTravel } from '@/stores/time-travel';

interface UnitCommand { readonly unit: TravelUnit; readonly back: string; readonly forward: string; readonly keys: readonly string[] }
const UNITS: readonly UnitCommand[] = [
  { unit: 'call', back: 'Back to the call of this function', forward: 'On to the return of this function', keys: ['Ctrl+Shift+F11'] },
  { unit: 'fault', back: 'Back to the previous page fault', forward: 'On to the next page fault', keys: [] },
  { unit: 'allocation', back: 'Back to the previous allocation or free', forward: 'On to the next allocation or free', keys: [] },
  { unit: 'system-call', back: 'Back to the previous system call', forward: 'On to the next system call', keys: [] },
];

export function travelCommands(): readonly Command[] {
  const travel = useTimeTravel();
  const editor = useEditor();
  const group = 'Time';
  const back = (): string => travel.blockedBack;
  const forward = (): string => travel.blockedForward;
  return [
    { id: 'travel.back-over', title: 'Step back over', group, keys: ['Shift+F10'], why: back, run: () => travel.step('back', 'line', true) },
    { id: 'travel.back-into', title: 'Step back into', group, keys: ['Shift+F11'], why: back, run: () => travel.step('back', 'line') },
    ...UNITS.map(({ unit, back: title, keys }): Command => ({ id: `travel.back-${unit}`, title, group, keys, why: back, run: () => travel.step('back', unit) })),
    {
      id: 'travel.previous-breakpoint', title: 'Run backwards to the previous breakpoint', group, keys: ['Ctrl+Shift+F9'],
      why: () => travel.blockedBack || (editor.breakpoints.length === 0 ? 'There is no breakpoint: set one with F9, then run backwards to it.' : ''), run: () => travel.go({ kind: 'previous-breakpoint' }),
    },
    ...UNITS.map(({ unit, forward: title }): Command => ({ id: `travel.forward-${unit}`, title, group, keys: [], why: forward, run: () => travel.step('forward', unit) })),
    { id: 'travel.start', title: 'Go to the start of the recording', group, keys: ['Alt+Home'], why: back, run: () => travel.go({ kind: 'start' }) },
    { id: 'travel.head', title: 'Return to the end of the recording', group, keys: ['Alt+End'], why: forward, run: () => travel.go({ kind: 'head' }) },
  ];
}
