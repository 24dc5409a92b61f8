/**
 * What the window does by itself around a run: a new run clears the selection; a pause shows the line and the variables;
 * the end brings Leaks forward with the first finding selected. The focus stays where the user has it.
 */
import { watch } from 'vue';
import type { Ending } from '@shared/report';
import { useConsole } from '@/stores/console';
import { useEditor } from '@/stores/editor';
import { useFindings } from '@/stores/findings';
import { useLayout } from '@/stores/layout';
import { useMessages } from '@/stores/messages';
import { useSelection } from '@/stores/selection';
import { useSession } from '@/stores/session';

/** The console's last line. */
export function endingNote(ending: Ending): string {
  switch (ending.kind) {
    case 'exit': return `ended with exit status ${ending.status}`;
    case 'signal': return `killed by ${ending.name}${ending.stackOverflow ? ' (the stack overflowed)' : ''}`;
    default: return ending.reason;
  }
}

export function useRunFollowUp(): void {
  const session = useSession();
  const selection = useSelection();
  const layout = useLayout();
  const editor = useEditor();
  const findings = useFindings();
  const messages = useMessages();
  const log = useConsole();
  let followed = 0;

  watch(() => session.starting, (starting) => {
    if (starting) selection.clear();
  });

  watch(() => [session.state, session.status.location?.line, session.epoch, session.travelling] as const, ([state], [before]) => {
    if (state !== 'paused' || session.travelling) return;
    const location = session.status.location;
    if (location && editor.isThisFile(location.file)) editor.reveal(location.line);
    // A machine of light processes alone has no variables.
    if (before !== 'paused' && session.request && session.moved !== 'travel') layout.show('variables');
  });

  watch(() => [session.finalResult, session.runNumber] as const, ([result, run]) => {
    if (!result || followed === run) return;
    followed = run;
    log.note(endingNote(result.ending));
    layout.show('leaks');
    const first = findings.first;
    if (first) void selection.select({ findingId: first.findingId }, session.processKey, 'finding').then(() => {
      const line = selection.chain?.line;
      if (line && editor.isThisFile(line.file)) editor.reveal(line.line);
    });
  });

  // The chain of the selection may change with every stop of the machine.
  watch(() => [session.epoch, session.state, session.travelling] as const, ([, state, travelling]) => {
    if (selection.current && !travelling && state !== 'running' && state !== 'compiling') void selection.refresh();
  });

  watch(() => session.problem, (problem) => {
    if (problem && !session.refusal) messages.say(problem, 'error');
  });
}
