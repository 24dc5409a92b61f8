/** Keeps the editor's line marks in step: where the program stands, what is selected, which lines have findings. */
import { watch, watchEffect } from 'vue';
import { setFindings, setLineMarks, type LineFinding } from '@/editor/marks';
import { CAUSE_WORDS } from '@/lib/words';
import { useEditor } from '@/stores/editor';
import { useFindings } from '@/stores/findings';
import { useNavigation } from '@/stores/navigation';
import { useSelection } from '@/stores/selection';
import { useSession } from '@/stores/session';

export function useEditorMarks(): void {
  const editor = useEditor();
  const selection = useSelection();
  const session = useSession();
  const findings = useFindings();
  const navigation = useNavigation();

  const lineIn = (place: { readonly file: string; readonly line: number } | null | undefined): number => (place && editor.isThisFile(place.file) ? place.line : 0);

  watchEffect(() => {
    const chain = selection.chain;
    const facet = selection.current?.facet;
    const explanation = chain?.findingId != null ? findings.byId.get(chain.findingId)?.leak?.explanation : null;
    const stands = session.state === 'paused' || session.state === 'exited';
    editor.view.dispatch({
      effects: setLineMarks.of({
        here: stands ? lineIn(session.status.location) : 0,
        selected: lineIn(facet === 'fault' ? chain?.faultLine : chain?.line),
        preview: lineIn(selection.previewed?.line),
        lost: explanation && lineIn(explanation) ? { line: explanation.line, note: CAUSE_WORDS[explanation.cause].toLowerCase() } : null,
      }),
    });
  });

  watch([() => findings.all, () => editor.file], () => {
    const marks = findings.all
      .filter((finding) => finding.place && !finding.library && editor.isThisFile(finding.place.file))
      .map((finding): LineFinding => ({ line: finding.place!.line, kind: finding.kind, findingId: finding.findingId, sentence: finding.sentence }));
    editor.view.dispatch({ effects: setFindings.of(marks) });
  }, { immediate: true });

  watch(() => editor.clickedFinding, (findingId) => {
    if (!findingId) return;
    editor.clickedFinding = 0;
    void navigation.go({ findingId });
  });
}
