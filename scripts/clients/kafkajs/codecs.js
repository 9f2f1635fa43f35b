// kafkajs brings gzip alone. Snappy has a package made for it; Zstandard and LZ4's blocks come from packages without
// native parts, wrapped here as kafkajs wants a codec: compress takes its encoder, decompress a buffer.
//
// The LZ4 frame is built here: the package's own frames chain their blocks, which Apache Kafka refuses.
'use strict'

const { CompressionTypes, CompressionCodecs } = require('kafkajs')
const lz4 = require('lz4js')
const { ZstdCodec } = require('zstd-codec')

const BLOCK = 64 * 1024
// Magic; version 1 with independent blocks; blocks up to 64 KiB; the checksum of these two bytes.
const FRAME_START = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82])
const STORED = 0x80000000

function lz4Frame(data) {
  const parts = [FRAME_START]
  const target = Buffer.alloc(lz4.compressBound(BLOCK))
  for (let at = 0; at < data.length; at += BLOCK) {
    const block = Buffer.from(data.subarray(at, at + BLOCK))
    const size = lz4.compressBlock(block, target, 0, block.length, new Uint32Array(1 << 16))
    const shrunk = size > 0 && size < block.length
    const length = Buffer.alloc(4)
    length.writeUInt32LE(shrunk ? size : STORED + block.length)
    parts.push(length, shrunk ? Buffer.from(target.subarray(0, size)) : block)
  }
  return Buffer.concat([...parts, Buffer.alloc(4)])
}

async function install() {
  CompressionCodecs[CompressionTypes.Snappy] = require('kafkajs-snappy')
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: async (encoder) => lz4Frame(encoder.buffer),
    decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
  })
  const zstd = await new Promise((resolve) => ZstdCodec.run(resolve))
  const simple = new zstd.Simple()
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async (encoder) => Buffer.from(simple.compress(encoder.buffer)),
    decompress: async (buffer) => Buffer.from(simple.decompress(buffer)),
  })
}

const types = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
}

module.exports = { install, types }
