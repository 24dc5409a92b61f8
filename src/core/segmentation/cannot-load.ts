/** A program that this machine cannot take in under its way of translation: the message is for the user. */
export class CannotLoad extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotLoad';
  }
}
