// The one error of the verifier. The words are those of chengxin.sealing.faults; the sentences come with the page.

export class NotVerified extends Error {
  constructor (fault, place = '') {
    super(place ? `${fault}: ${place}` : fault)
    this.fault = fault
    this.place = place
  }
}

// What a thing cannot be read as is said by its reader; whatever else goes wrong inside becomes the fault given here.
export async function orFault (fault, place, act) {
  try {
    return await act()
  } catch (wrong) {
    if (wrong instanceof NotVerified) {
      throw wrong
    }
    throw new NotVerified(fault, place)
  }
}
