package dev.loadline.runner.prompt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Common English words. Each is exactly one token, with the space before it, in the vocabularies of
 * Llama 2, Llama 3.1, Qwen 3 and Gemma 3, so a text of n of them is n tokens to most servers.
 */
final class Words {
  private static final List<String> ALL =
      List.of(
          """
          able about add after again against air all allow also always and any appear area around
          art as ask at away back bad be because before begin believe best better between big body
          book both bring build business but buy by call can car case change child city clear
          close cold come community company consider continue could country create cut dark day
          decide deep die different do door down each early education end enough even ever every
          example expect eye face fact fall family far fast father feel few find fire first fish
          follow food for force form free friend from full game garden get girl give go gold good
          government great green ground group grow guy half hand happen hard have head health hear
          heart here high him his history hold home hot hour house how idea image important
          include information inside into island issue it job just keep kid kill kind king know
          land language large last late law lead learn least leave left less let letter level life
          light like line list little live local long look lose lot love low make man many map
          mark market matter may mean meet member might mind minute moment money month more
          morning most mother mountain move much music must name near need never new next night
          north not nothing now number ocean of off offer office often old on once one only open
          or order other others our out over own page paper parent part party pass past pattern
          pay people person phone picture piece place plan plant play point power president price
          problem product program provide public pull question quite rain raise reach read real
          reason red remain remember report require research rest result right river road rock
          room round rule run same say school sea season second see seem sell send sense sentence
          serve service set several shape ship short should show side since single sit six size
          sky slow small snow so some something song soon sound south space speak spend spring
          stand star start state stay step still stone stop story street strong student study
          suggest summer sun sure system table take teacher team tell than that the their them
          then there these they thing think this those though thought three through time to today
          together too top town travel tree true try turn two type under understand until up us
          use very view village visit voice wait walk wall want war was watch water way we weather
          week well were west what wheel when where which while white who whole why will win wind
          window winter with without woman wood word work world would write year yellow yes yet
          you young your
          """
              .strip()
              .split("\\s+", -1));

  /** A word of at most that many letters and its space. */
  private static final int LONGEST = 12;

  private static final int SLOT = 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Each word with a space before it: its first eight bytes, and the next eight. */
  private static final long[] FIRST = new long[ALL.size()];

  private static final long[] SECOND = new long[ALL.size()];

  /** With the space. */
  private static final byte[] LENGTHS = new byte[ALL.size()];

  static {
    for (int i = 0; i < ALL.size(); i++) {
      byte[] word = (" " + ALL.get(i)).getBytes(StandardCharsets.US_ASCII);
      LENGTHS[i] = (byte) word.length;
      byte[] slot = Arrays.copyOf(word, SLOT);
      FIRST[i] = (long) LONGS.get(slot, 0);
      SECOND[i] = (long) LONGS.get(slot, Long.BYTES);
    }
  }

  private Words() {}

  /** The most bytes that {@link #write} of so many words needs room for. */
  static int room(int count) {
    return Math.addExact(Math.multiplyExact(count, LONGEST), SLOT);
  }

  /**
   * Writes words, each with a space before it. Each is drawn by sixteen random bits, which favours
   * none of them by more than one part in a hundred.
   *
   * @return the place behind them; the bytes behind it are spoilt
   */
  static int write(byte[] target, int from, int count, RandomGenerator random) {
    int at = from;
    long bits = 0;
    for (int i = 0; i < count; i++) {
      bits = (i & 3) == 0 ? random.nextLong() : bits >>> 16;
      at = write(target, at, (int) (((bits & 0xffff) * ALL.size()) >>> 16));
    }
    return at;
  }

  /** Writes the word of that number. */
  static int write(byte[] target, int at, int word) {
    LONGS.set(target, at, FIRST[word]);
    LONGS.set(target, at + Long.BYTES, SECOND[word]);
    return at + LENGTHS[word];
  }

  /** All of them. */
  static List<String> all() {
    return ALL;
  }
}
