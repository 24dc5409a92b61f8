/** A stored layout of the dock and the panels of this version: which of them it may name, and which it cannot know yet. */
import { PANELS, type PanelId } from '@/stores/layout';

const IDS: ReadonlySet<string> = new Set(PANELS.map(({ id }) => id));

/** The ids of a stored layout's panels; null: it is no layout, or one with panels that this version does not have. */
export function panelsOfLayout(layout: unknown): readonly PanelId[] | null {
  if (typeof layout !== 'object' || layout === null || !('grid' in layout) || !('panels' in layout)) return null;
  const { panels } = layout;
  if (typeof panels !== 'object' || panels === null) return null;
  const ids = Object.keys(panels);
  return ids.length > 0 && ids.every((id) => IDS.has(id)) ? (ids as PanelId[]) : null;
}

/**
 * Panels to add to a stored layout: those that came after it. One that its user closed is known to it and stays away.
 * @param known panels that there were when it was stored; null: nobody noted them
 */
export function panelsToAdd(present: readonly PanelId[], known: readonly string[] | null): readonly PanelId[] {
  return PANELS.filter((panel) => !('opensWhenAsked' in panel) && !present.includes(panel.id) && known?.includes(panel.id) !== true).map(({ id }) => id);
}
