// The record files: what shared/records.py writes, read back by the kafkajs driver.
'use strict'

const fs = require('fs')

/** Headers become the object that kafkajs takes: a name that comes twice has an array, so its two must be neighbours. */
function load(path) {
  const data = fs.readFileSync(path)
  let at = 0
  const number = () => data.readInt32BE((at += 4) - 4)
  const blob = () => {
    const length = number()
    if (length < 0) return null
    at += length
    return data.subarray(at - length, at)
  }
  const rows = []
  while (at < data.length) {
    const partition = number()
    const timestamp = Number(data.readBigInt64BE((at += 8) - 8))
    const row = { partition, timestamp, key: blob(), value: blob(), headers: {} }
    for (let left = number(); left > 0; left--) {
      const name = blob().toString()
      const value = blob()
      row.headers[name] = name in row.headers ? [].concat(row.headers[name], [value]) : value
    }
    rows.push(row)
  }
  return rows
}

module.exports = { load }
