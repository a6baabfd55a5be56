/**
 * What travels over the wire, as docs/protocol.md says it. Types only.
 *
 * @typedef {"scheduled"|"test_session"|"ready"|"in_session"|"technical_adjournment"|"recess"|"closed_session"|"concluded"|"postponed"} HearingState
 * @typedef {"absent"|"claiming"|"waiting"|"held"|"admitted"|"refused"|"removed"|"dismissed"|"left"} Standing
 * @typedef {"on"|"off"|"muted"|"resting"|"missing"|"denied"} DeviceState
 * @typedef {"high"|"low"|"paused"|"off"} Picture
 * @typedef {"good"|"poor"|"bad"} Verdict
 *
 * @typedef {object} ProblemBody
 * @property {string} code
 * @property {string} [title]
 * @property {number} [status]
 * @property {Record<string, any>} [params]
 *
 * @typedef {object} SeatInfo
 * @property {string} seat
 * @property {string} role
 * @property {string} name
 * @property {Standing} standing
 * @property {boolean} connected
 * @property {string} [place]
 * @property {boolean} [necessary]
 * @property {boolean} [muted] the server drops its sound
 * @property {boolean} [declared]
 * @property {Mark|null} [identified]
 * @property {string|null} [called]
 * @property {SiteReport|null} [report]
 * @property {import("./linktest.js").LinkTest|null} [link_test] as the device measured it before entry
 * @property {import("./entrycheck.js").EntryCheck|null} [entry_check]
 * @property {boolean} [under_sixteen]
 * @property {boolean} [photo]
 * @property {boolean} [claim] a second device asks for the seat
 * @property {DeviceState} [microphone]
 * @property {DeviceState} [camera]
 *
 * @typedef {object} You
 * @property {string} seat
 * @property {string} role
 * @property {Standing} standing
 * @property {string} [place]
 * @property {boolean} [inside] false for who is shut out of a closed session
 * @property {boolean} [muted]
 * @property {boolean} [declared]
 * @property {"hold"|"advise"|"off"} [entry_check] what the court wants of a check before entry that fails
 * @property {string[]} acts
 * @property {string|null} [reason]
 *
 * @typedef {{by: string, at: string}} Mark
 * @typedef {Mark & {attended: boolean, identity: boolean, credentials: boolean, remark: string}} SiteReport
 * @typedef {{at: string, hears: boolean, sees: boolean, asks: boolean, answers: boolean, good: boolean}} Confirmed
 *
 * @typedef {object} Check
 * @property {Mark} begun
 * @property {Record<string, Confirmed>} confirmed
 * @property {Record<string, Record<string, {audio?: boolean, video?: boolean}>>} measured
 *
 * @typedef {Mark & {seats: Record<string, {link: Link|null, audio: boolean, video: boolean, version: string|null}>}} Tested
 *
 * @typedef {object} Fault
 * @property {number} problem
 * @property {string} seat
 * @property {string} at
 * @property {string} kind
 * @property {string} text
 * @property {Link|null} link
 * @property {Mark|null} acknowledged
 * @property {string|null} restored_by
 * @property {Mark|null} resolved
 *
 * @typedef {object} RecordingRequest
 * @property {number} request
 * @property {string} seat
 * @property {string} at
 * @property {Record<string, "agree"|"object">} opinions
 * @property {boolean|null} permitted
 * @property {Mark|null} decided
 * @property {string|null} reason
 *
 * @typedef {object} Snapshot
 * @property {string} hearing
 * @property {string} number
 * @property {string} title
 * @property {string} court
 * @property {number} version
 * @property {HearingState} state
 * @property {string} [scheduled_at]
 * @property {{sitting: string, number: number, started_at: string, t: number}|null} [sitting]
 * @property {{on: boolean, failed: string|null}} recording
 * @property {You} you
 * @property {SeatInfo[]} [seats]
 * @property {string|null} [reason]
 * @property {{seat: string|null, queue: string[]}|null} [floor]
 * @property {Record<string, boolean>|null} [checklist]
 * @property {Check|null} [check]
 * @property {Fault[]} [problems]
 * @property {RecordingRequest[]} [recordings]
 * @property {{seat: string, since: string}[]} [alarms]
 * @property {Tested[]} [tests]
 *
 * @typedef {object} LinkUp
 * @property {number} [kbps]
 * @property {number} [loss]
 * @property {number} [jitter_ms]
 * @property {number} [rtt_ms]
 * @property {string[]} [layers]
 * @property {number} [audio_kbps]
 * @property {number} [nacks]
 * @property {Verdict} [verdict]
 * @property {string} [cause]
 * @property {boolean} [lasting]
 * @property {boolean} [adjourn]
 *
 * @typedef {object} LinkDown
 * @property {number} [kbps]
 * @property {number} [loss]
 * @property {number} [jitter_ms]
 * @property {number} [rtt_ms]
 * @property {number} [estimate_kbps]
 * @property {Record<string, string>} [layers]
 * @property {number} [freezes]
 * @property {number} [freeze_s]
 * @property {number} [nacks]
 * @property {Verdict} [verdict]
 * @property {string} [cause]
 * @property {boolean} [lasting]
 * @property {boolean} [adjourn]
 *
 * @typedef {{up?: LinkUp|null, down?: LinkDown|null}} Link
 *
 * @typedef {{mid: string, kind: "audio"|"video", seat: string}} Slot
 *
 * @typedef {object} Entry
 * @property {string} token
 * @property {number} expires_in
 * @property {boolean} [claim]
 * @property {{number: string, title: string, court: string}} hearing
 * @property {{seat: string, role: string, name: string}} seat
 *
 * @typedef {object} StaffLogin
 * @property {string} token
 * @property {number} expires_in
 * @property {"second-factor"|"enrol"} [step] what comes before the token is good for everything
 * @property {{name: string, roles: {court: string, role: string}[]}} staff not in the step `second-factor`
 *
 * @typedef {object} StaffHearing
 * @property {string} hearing
 * @property {string} number
 * @property {string} title
 * @property {HearingState} state
 * @property {string|null} [scheduled_at]
 * @property {string[]} seats
 *
 * @typedef {object} Report
 * @property {{connection?: string, kbps?: number, way?: "relay"|"direct", layers?: object[]}} up
 * @property {{connection?: string, at?: number, freezes?: number, freeze_s?: number, seats?: Record<string, object>}} down
 *
 * @typedef {object} Surrounding light or noise where somebody sits
 * @property {Verdict|"unmeasured"} verdict
 * @property {string} cause
 * @property {boolean} lasting bad for so long that the clerk is told
 * @property {boolean} adjourn bad for so long that the court may think of an adjournment
 *
 * @typedef {{light: Surrounding, noise: Surrounding}} Surroundings
 * @typedef {{sign: "second-face"|"second-voice"|"same-network", seats: string[]}} Sign of company at a witness's side
 *
 * @typedef {object} Audible who did not receive and play what was said
 * @property {string} speaker
 * @property {string} listener
 * @property {number} seconds of speech
 * @property {number|null} share in per cent
 * @property {number} acknowledged by the listener's transport, in per cent
 * @property {"muted"|"blocked"|"uplink"|"downlink"|null} cause
 * @property {"less"|"more"|null} contradiction
 */
export {};
