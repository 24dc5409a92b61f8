/** Where a row of a comparison leads: to what it is in the machine at hand when that stands at one of the two moments, else to its line. */
import type { DiffRow, RowPlace } from '@shared/moment-diff';
import type { SelectionQuery } from '@shared/views';
import { baseName } from '@/lib/format';
import { useEditor } from '@/stores/editor';
import { useMessages } from '@/stores/messages';
import { useMoments } from '@/stores/moments';
import { useNavigation } from '@/stores/navigation';
import { useSelection } from '@/stores/selection';
import { useSession } from '@/stores/session';

export interface RowLead { choose(row: DiffRow): Promise<void>; isChosen(row: DiffRow): boolean }

export function useRowLead(): RowLead {
  const moments = useMoments();
  const session = useSession();
  const selection = useSelection();
  const navigation = useNavigation();
  const editor = useEditor();
  const messages = useMessages();

  /** What the row is in the machine at hand; null: it stands elsewhere, or does not have it at this moment. */
  function placeOf(row: DiffRow): RowPlace | null {
    return (moments.isHere(moments.b) ? row.places.b : null) ?? (moments.isHere(moments.a) ? row.places.a : null);
  }
  function queryOf(row: DiffRow): SelectionQuery | null {
    const place = placeOf(row);
    if (place !== null && place.blockId > 0) return { blockId: place.blockId };
    if (place !== null && place.va !== '') return { va: place.va };
    return row.line === null ? null : { file: row.line.file, line: row.line.line };
  }

  async function choose(row: DiffRow): Promise<void> {
    const place = placeOf(row), query = queryOf(row);
    if (place !== null && session.processes.some(({ processKey }) => processKey === place.processKey)) session.processKey = place.processKey;
    if (query !== null) await navigation.select(query);
    if (row.line !== null && editor.isThisFile(row.line.file)) editor.reveal(row.line.line);
    else if (row.line !== null) messages.say(`Line ${row.line.line} lies in ${baseName(row.line.file)}, which is not open here.`);
    else if (place === null) messages.say('The machine stands at another moment: go to A or B to see this in Memory and Processes.');
  }
  function isChosen(row: DiffRow): boolean {
    const query = queryOf(row), current = selection.current;
    if (query === null) return placeOf(row)?.processKey === session.processKey;
    return current !== null && JSON.stringify(current.query) === JSON.stringify(query) && (placeOf(row)?.processKey ?? current.processKey) === current.processKey;
  }
  return { choose, isChosen };
}
