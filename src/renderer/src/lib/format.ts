/** Numbers as the window writes them: as reports do. */
export { baseName, capital, compact, count, counted, cyclesAsTime, duration, percent, size } from '@shared/quantities';
