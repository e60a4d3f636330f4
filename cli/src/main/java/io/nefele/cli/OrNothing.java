package io.nefele.cli;

import picocli.CommandLine.ITypeConverter;

/** Amounts of which none can be said, too, as 0. */
final class OrNothing {
  private OrNothing() {}

  /** Of memory. */
  static final class OfMemory implements ITypeConverter<Size> {
    @Override
    public Size convert(String text) {
      return Main.<Size>converter(OrNothing::memory).apply(text);
    }
  }

  /** Of processor time. */
  static final class OfCpu implements ITypeConverter<CpuShare> {
    @Override
    public CpuShare convert(String text) {
      return Main.<CpuShare>converter(OrNothing::cpu).apply(text);
    }
  }

  static Size memory(String text) {
    return text.equals("0") ? new Size(0) : Size.parse(text);
  }

  static CpuShare cpu(String text) {
    return text.equals("0") ? new CpuShare(0) : CpuShare.parse(text);
  }
}
