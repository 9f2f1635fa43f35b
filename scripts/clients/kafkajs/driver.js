// Drives kafkajs, as shared/duties.py describes: the phase is the argument, the rest is in the environment.
//
// Producer and admin only: its consumer cannot do without a group. What it wrote is read back by the other clients.
'use strict'

const fs = require('fs')
const path = require('path')
const { Kafka, ConfigResourceTypes, logLevel } = require('kafkajs')
const codecs = require('./codecs')
const { load } = require('./records')

const NAME = 'kafkajs'
const { BOOTSTRAP, PREFIX, RECORDS, WORK } = process.env
const BASE = Number(process.env.BASE_MS)
const SMALL = 200
const retry = { initialRetryTime: 100, maxRetryTime: 1000, retries: 60 }
const kafka = new Kafka({ clientId: NAME, brokers: [BOOTSTRAP], logLevel: logLevel.NOTHING, retry })
const admin = kafka.admin()
const files = {}

class Cannot extends Error {}

const topic = (duty) => `${PREFIX}-${NAME}-${duty}`
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

function require_(holds, what) {
  if (!holds) throw new Error(what)
}

async function attempt(duty, work) {
  const started = Date.now()
  let line
  try {
    line = `ok ${(await work()) ?? ''}`
  } catch (error) {
    line = `${error instanceof Cannot ? 'cannot' : 'fail'} ${error.message}`
  }
  console.log(`${duty}: ${line} (${((Date.now() - started) / 1000).toFixed(1)} s)`.replace(/\s+/g, ' '))
}

async function until(what, condition) {
  const deadline = Date.now() + 15000
  while (!(await condition())) {
    require_(Date.now() < deadline, `${what}: not within 15 s`)
    await sleep(50)
  }
}

/** The first rows of a file with the wall time that they carry; with `single`, all in partition 0. */
function rows(file, count, single) {
  files[file] ??= load(path.join(RECORDS, `${file}.bin`))
  return files[file].slice(0, count).map((row) => ({
    ...row,
    partition: single ? 0 : row.partition,
    timestamp: String(row.timestamp + BASE),
  }))
}

/** Sends in requests of 50 records. */
async function produce(name, messages, { codec = 'none', idempotent = false, acks = -1 } = {}) {
  const producer = kafka.producer({ idempotent, maxInFlightRequests: idempotent ? 1 : 5, allowAutoTopicCreation: true })
  await producer.connect()
  try {
    for (let at = 0; at < messages.length; at += 50) {
      const request = { topic: name, acks, compression: codecs.types[codec], messages: messages.slice(at, at + 50) }
      await producer.send(request)
    }
  } finally {
    await producer.disconnect()
  }
}

const ends = async (name) => (await admin.fetchTopicOffsets(name)).map((found) => Number(found.high))

function written(duty, file, count) {
  fs.appendFileSync(path.join(WORK, `${NAME}.topics`), `${topic(duty)} ${file} ${count} 1\n`)
}

/** Writes the records to a topic created for it, but for the duty that wants none; how many arrived is all that it sees. */
async function write(duty, file, count, single, options) {
  const all = rows(file, count, single)
  if (duty !== 'topic-auto') await create(duty, single ? 1 : 3)
  await produce(topic(duty), all, options)
  await until('the records are there', async () => (await ends(topic(duty))).reduce((a, b) => a + b) === all.length)
  written(duty, file, all.length)
  return `${all.length} records`
}

async function create(duty, numPartitions, configEntries = []) {
  const made = await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic: topic(duty), numPartitions, replicationFactor: -1, configEntries }],
  })
  require_(made, `${topic(duty)} exists already`)
}

async function own() {
  for (const kind of ['produce', 'idempotent']) {
    for (const codec of Object.keys(codecs.types)) {
      const duty = `${kind}-${codec}`
      await attempt(duty, () => write(duty, 'records', SMALL, true, { codec, idempotent: kind === 'idempotent' }))
    }
  }
  for (const [label, acks] of [['0', 0], ['1', 1], ['all', -1]]) {
    await attempt(`acks-${label}`, () => write(`acks-${label}`, 'records', 40, true, { acks }))
  }
  for (const duty of ['consume-beginning', 'consume-end']) await attempt(duty, noConsumer)
  await attempt('consume-timestamp', noConsumer)
  await attempt('topic-auto', () => write('topic-auto', 'records', 5, true, {}))
  await attempt('topic-created', created)
  await attempt('admin-describe', describe)
  await attempt('admin-configs', configs)
  await attempt('admin-partitions', partitions)
  await attempt('admin-delete-records', deleteRecords)
  await attempt('admin-delete-topic', deleteTopic)
  await attempt('headers-null', async () => {
    throw new Cannot('refuses a header whose value is null, and keeps headers of one name together')
  })
  await attempt('bulk', () => write('bulk', 'records', Infinity, false, { idempotent: true }))
}

async function noConsumer() {
  throw new Cannot('consume without a group')
}

async function created() {
  await create('topic-created', 3, [{ name: 'retention.ms', value: '86400000' }])
  await until('the topic is listed', async () => (await admin.listTopics()).includes(topic('topic-created')))
  await produce(topic('topic-created'), rows('records', 30, false), { idempotent: true })
  const counts = await ends(topic('topic-created'))
  require_(counts.reduce((a, b) => a + b) === 30, `the partitions end at ${counts}, written were 30 records`)
}

async function partitionsOf(duty) {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic(duty)] })
  return topics[0].partitions
}

async function describe() {
  const cluster = await admin.describeCluster()
  require_(cluster.brokers.length >= 1, 'no broker is described')
  require_(cluster.controller !== null, 'no controller is described')
  const found = await partitionsOf('topic-created')
  require_(found.length === 3, `${found.length} partitions are described, created were 3`)
  require_(found.every((partition) => partition.leader >= 0), 'a partition has no leader')
}

async function retention() {
  const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic('topic-created'), configNames: ['retention.ms'] }]
  const answer = await admin.describeConfigs({ includeSynonyms: false, resources })
  return answer.resources[0].configEntries.find((entry) => entry.configName === 'retention.ms').configValue
}

async function configs() {
  require_((await retention()) === '86400000', `retention.ms is ${await retention()}, created with 86400000`)
  const configEntries = [{ name: 'retention.ms', value: '7200000' }]
  await admin.alterConfigs({
    resources: [{ type: ConfigResourceTypes.TOPIC, name: topic('topic-created'), configEntries }],
  })
  await until('retention.ms is altered', async () => (await retention()) === '7200000')
}

async function partitions() {
  await admin.createPartitions({ topicPartitions: [{ topic: topic('topic-created'), count: 5 }] })
  await until('five partitions are described', async () => (await partitionsOf('topic-created')).length === 5)
}

async function deleteRecords() {
  const name = topic('delete-records')
  await create('delete-records', 1)
  await produce(name, rows('records', 20, true))
  await ends(name) // deleteTopicRecords looks for the leader before it asks for the topic's metadata
  await admin.deleteTopicRecords({ topic: name, partitions: [{ partition: 0, offset: '8' }] })
  const [found] = await admin.fetchTopicOffsets(name)
  require_(found.low === '8', `the log starts at ${found.low} after deleting below 8`)
}

async function deleteTopic() {
  await admin.deleteTopics({ topics: [topic('topic-created')] })
  await until('the topic is no longer listed', async () => !(await admin.listTopics()).includes(topic('topic-created')))
}

async function read() {
  for (const entry of fs.readdirSync(WORK).sort()) {
    if (entry.endsWith('.topics')) await attempt(`read-${entry.replace('.topics', '')}`, noConsumer)
  }
}

/** About 250 records a second until told to stop; each acknowledged key is a line of WORK/CLIENT.acked. */
async function crash() {
  const out = path.join(WORK, `${NAME}.acked`)
  fs.writeFileSync(out, '')
  await create('crash', 1)
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry })
  await producer.connect()
  for (let index = 0; !fs.existsSync(path.join(WORK, 'stop')); ) {
    const messages = []
    for (; messages.length < 5; index++) {
      messages.push({ key: String(index).padStart(8, '0'), value: Buffer.alloc(index % 200), partition: 0 })
    }
    await producer.send({ topic: topic('crash'), acks: -1, messages })
    fs.appendFileSync(out, messages.map((message) => `${message.key}\n`).join(''))
    await sleep(20)
  }
  await producer.disconnect()
}

async function main() {
  await codecs.install()
  await admin.connect()
  const phases = { own, read, crash: () => attempt('crash', crash) }
  await phases[process.argv[2]]()
  await admin.disconnect()
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
