/**
 * Going from one thing to another: selects, shows the panel that concerns it, puts the keyboard there. Views and commands
 * call these; the selection itself is stores/selection.ts.
 */
import { defineStore } from 'pinia';
import type { SelectionQuery } from '@shared/views';
import { baseName } from '@/lib/format';
import { useEditor } from './editor';
import { useFindings } from './findings';
import { PANEL_OF, useLayout } from './layout';
import { useMessages } from './messages';
import { facetOf, useSelection, type Facet } from './selection';
import { useSession } from './session';

export const useNavigation = defineStore('navigation', () => {
  const selection = useSelection();
  const session = useSession();
  const layout = useLayout();
  const editor = useEditor();
  const findings = useFindings();
  const messages = useMessages();

  /** Selects without moving the focus: a click in a view. The line of the chain is scrolled into sight. */
  async function select(query: SelectionQuery, facet: Facet = facetOf(query)): Promise<void> {
    await selection.select(query, session.processKey, facet);
    if (facet !== 'line') revealLine();
  }

  function revealLine(): void {
    const line = selection.current?.facet === 'fault' ? selection.chain?.faultLine : selection.chain?.line;
    if (line && editor.isThisFile(line.file)) editor.reveal(line.line);
  }

  /** Shows what the current place of the history is about, with the focus in its panel. */
  function arrive(facet: Facet, focus = true): void {
    if (facet === 'line') {
      const line = selection.chain?.line;
      if (line && editor.isThisFile(line.file)) editor.reveal(line.line, true);
    } else {
      revealLine();
    }
    layout.show(PANEL_OF[facet], focus, facet);
  }

  /** Selects and goes there. */
  async function go(query: SelectionQuery, facet: Facet = facetOf(query)): Promise<void> {
    await selection.select(query, session.processKey, facet);
    arrive(facet);
  }

  /** Along the chain of what is selected; says why when that link is missing. */
  function follow(facet: Facet): void {
    const chain = selection.chain;
    if (!chain || !selection.current) return messages.say('Nothing is selected yet: choose a record, a line, a page or a fault.');
    const missing: Record<Facet, string | null> = {
      finding: chain.findingId === null ? 'No finding concerns this.' : null,
      line: chain.line === null ? 'No line of the program belongs to this.' : null,
      block: chain.block === null ? 'No heap block belongs to this.' : null,
      page: chain.page === null ? 'No page belongs to this.' : null,
      frame: chain.frame === null ? (chain.page?.why ?? 'No frame: nothing resident belongs to this.') : null,
      fault: chain.fault === null ? 'No fault brought this page in: it was never touched.' : null,
    };
    const why = missing[facet];
    if (why) return messages.say(why);
    if (facet === 'line' && chain.line && !editor.isThisFile(chain.line.file)) {
      return messages.say(`Line ${chain.line.line} lies in ${baseName(chain.line.file)}, which is not open here.`);
    }
    selection.look(facet);
    arrive(facet);
  }

  async function travel(by: 1 | -1): Promise<void> {
    const place = await selection.travel(by);
    if (place) arrive(place.facet);
  }

  async function nextFinding(by: 1 | -1): Promise<void> {
    const next = findings.neighbour(selection.chain?.findingId ?? null, by);
    if (!next) return messages.say(session.result ? 'No findings in this run.' : 'Run the program first: findings come with its end.');
    await go({ findingId: next.findingId });
  }

  return { select, go, follow, travel, nextFinding, arrive };
});
