package io.nefele.sim.plan;

/**
 * What becomes of datagrams on an uncut link, in thousandths.
 *
 * @param loss are lost
 * @param duplication come twice
 * @param reordering are overtaken by later ones
 * @param replay come again much later
 */
public record LinkQuality(int loss, int duplication, int reordering, int replay) {
  public static final LinkQuality PERFECT = new LinkQuality(0, 0, 0, 0);

  public LinkQuality {
    for (int share : new int[] {loss, duplication, reordering, replay}) {
      if (share < 0 || share > 1000) {
        throw new IllegalArgumentException("a share is 0 to 1000 thousandths: " + share);
      }
    }
  }
}
