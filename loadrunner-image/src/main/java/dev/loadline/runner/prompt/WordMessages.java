package dev.loadline.runner.prompt;

import java.util.List;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/**
 * Makes messages of words that have, with the chat template's own tokens, a wanted length. Keeps
 * one buffer for all of them: used by one thread at a time.
 */
final class WordMessages {
  private static final long BLOCKS = 0x626c6f636bL;

  private final Calibration calibration;
  private final Nonce nonce;
  private final boolean chat;
  private byte[] buffer = {};

  /**
   * Messages for one API.
   *
   * @param chat false if the API takes one text, in which messages stand right behind one another
   */
  WordMessages(Calibration calibration, Nonce nonce, boolean chat) {
    this.calibration = calibration;
    this.nonce = nonce;
    this.chat = chat;
  }

  /**
   * Messages of one turn.
   *
   * @param tokens their wanted length, or the least that they can have
   * @param reusable how many of these all prompts like this one begin with
   */
  record Part(List<Message> messages, int tokens, int reusable) {}

  Calibration calibration() {
    return calibration;
  }

  /** A prompt that shares nothing but the nonce. */
  Part alone(int wanted, RandomGenerator random) {
    int tokens = Math.max(wanted, least());
    int words = calibration.words(tokens - calibration.template());
    int nonceWords = nonce.words(words);
    int end = nonce.write(room(words), 0, nonceWords);
    end = Words.write(buffer, end, words - nonceWords, random);
    Message message = new Message(Role.USER, Text.ofPlain(buffer, 1, end));
    return new Part(List.of(message), tokens, shared(nonceWords, calibration.template(), tokens));
  }

  /**
   * A prompt that begins with a prefix, which is a system message where the API and the target take
   * one.
   *
   * @param prefix text of that many words
   * @param wanted length of all of it; what leaves no room for a word behind the prefix is drawn up
   *     to one that does
   */
  Part withPrefix(Text prefix, int prefixWords, int wanted, RandomGenerator random) {
    OptionalDouble system = system();
    double template = calibration.template() + system.orElse(0);
    int tokens = Math.max(wanted, leastBehind(prefixWords));
    int own = Math.max(1, calibration.words(tokens - template) - prefixWords);
    int end = Words.write(room(own), 0, own, random);
    int reusable = shared(prefixWords, template, tokens);
    if (system.isPresent()) {
      Message said = new Message(Role.USER, Text.ofPlain(buffer, 1, end));
      return new Part(List.of(new Message(Role.SYSTEM, prefix), said), tokens, reusable);
    }
    Text all = prefix.followedBy(Text.ofPlain(buffer, 0, end));
    return new Part(List.of(new Message(Role.USER, all)), tokens, reusable);
  }

  /**
   * A prompt of blocks of so many tokens each, the template's and the nonce's in the first of them;
   * blocks of equal hashes are equal words. What is longer than its blocks goes on at random.
   */
  Part ofBlocks(int wanted, int blockTokens, List<Long> hashes, RandomGenerator random) {
    int tokens = Math.max(wanted, least());
    int words = calibration.words(tokens - calibration.template());
    int written = nonce.words(words);
    int shared = shared(written, calibration.template(), tokens);
    int end = nonce.write(room(words), 0, written);
    for (int i = 0; i < hashes.size(); i++) {
      double blockEnd = (double) blockTokens * (i + 1) - calibration.template();
      int to = Math.clamp(calibration.words(blockEnd), written, words);
      end = Words.write(buffer, end, to - written, Seeds.random(BLOCKS, hashes.get(i)));
      written = to;
    }
    end = Words.write(buffer, end, words - written, random);
    Message message = new Message(Role.USER, Text.ofPlain(buffer, 1, end));
    return new Part(List.of(message), tokens, shared);
  }

  /** What a user says after an answer, in so many tokens with the template's own around both. */
  Part later(int wanted, RandomGenerator random) {
    int tokens = Math.max(wanted, least(calibration.turn(), 1));
    int words = calibration.words(tokens - calibration.turn());
    int end = Words.write(room(words), 0, words, random);
    Text text = Text.ofPlain(buffer, chat ? 1 : 0, end);
    return new Part(List.of(new Message(Role.USER, text)), tokens, 0);
  }

  /** Tokens of the shortest prompt, which has a word. */
  int least() {
    return least(calibration.template(), 1);
  }

  /** Tokens of the shortest prompt that begins with a prefix of so many words. */
  int leastBehind(int prefixWords) {
    return least(calibration.template() + system().orElse(0), prefixWords + 1);
  }

  private int least(double template, int words) {
    return (int) Math.ceil(template) + Math.max(1, calibration.tokens(words));
  }

  private OptionalDouble system() {
    return chat ? calibration.system() : OptionalDouble.empty();
  }

  private int shared(int words, double template, int tokens) {
    return Math.min(tokens, calibration.tokens(words) + (int) Math.ceil(template));
  }

  private byte[] room(int words) {
    int needed = Words.room(words);
    if (buffer.length < needed) {
      buffer = new byte[needed];
    }
    return buffer;
  }
}
