/** Whether the others missed somebody whose page was not looked at. */
export class Absence {
  #hidden = false;
  #missed = false;
  #phone;

  /** @param {boolean} phone on which a page that is not looked at has neither picture nor, mostly, sound */
  constructor(phone) {
    this.#phone = phone;
  }

  get now() {
    return this.#hidden;
  }

  begin() {
    this.#hidden = true;
    this.#missed = this.#phone;
  }

  /** Something that the others get from us is gone; only while nobody looks it is of interest here. */
  broke() {
    this.#missed = this.#hidden;
  }

  /** @returns {boolean} whether the others may not have seen or heard us */
  end() {
    const missed = this.#hidden && this.#missed;
    this.#hidden = this.#missed = false;
    return missed;
  }
}
