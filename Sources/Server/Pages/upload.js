// SPDX-License-Identifier: Apache-2.0
// Files on their way to the desk: uploaded first, then named by a message.

const limit = 20 * 1024 * 1024;

/** Why a file cannot be sent: `large` or `failed`. */
export class UploadProblem extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Uploads a file under a token; gives the content of a message that shows it. */
export async function upload(file, token) {
  if (file.size > limit) throw new UploadProblem("large");
  const name = (file.name || "").slice(-200);
  let answer;
  try {
    answer = await fetch(`/v1/live/media${name ? `?name=${encodeURIComponent(name)}` : ""}`, {
      method: "POST", body: file, headers: { Authorization: `Bearer ${token}`, "Content-Type": file.type || "application/octet-stream" },
    });
  } catch {
    throw new UploadProblem("failed");
  }
  if (answer.status === 413) throw new UploadProblem("large");
  if (!answer.ok) throw new UploadProblem("failed");
  const { media_id, content_type, byte_count, url } = await answer.json();
  return { kind: kindOf(content_type, file.isRecording), text: "", fields: { media_id, content_type, byte_count, ...(name ? { name } : {}), url } };
}

function kindOf(type, isRecording) {
  if (isRecording) return "voice";
  return { image: "image", audio: "voice", video: "video" }[type.split("/")[0]] ?? "file";
}

/** Lets a button choose files, and takes those that are dropped or pasted on `place`. */
export function takeFiles(button, input, place, send) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    for (const file of input.files) send(file);
    input.value = "";
  });
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    for (const file of event.dataTransfer.files) send(file);
  });
  place.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    for (const file of files) send(file);
  });
}

/** A recording of the microphone, at most two minutes. Resolves with a file, or null if it was thrown away. */
export class Recorder {
  static get isPossible() {
    return Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
  }

  /** Throws what the browser throws where the microphone is refused. */
  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const type = ["audio/webm", "audio/ogg", "audio/mp4"].find((each) => MediaRecorder.isTypeSupported(each));
    this.recorder = new MediaRecorder(this.stream, type ? { mimeType: type } : {});
    const parts = [];
    this.recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    this.done = new Promise((resolve) => this.recorder.addEventListener("stop", () => {
      clearTimeout(this.timer);
      for (const track of this.stream.getTracks()) track.stop();
      const kind = (this.recorder.mimeType || "audio/webm").split(";")[0];
      const file = new File(parts, `voice.${kind.split("/")[1]}`, { type: kind });
      file.isRecording = true;
      resolve(this.isKept && file.size > 0 ? file : null);
    }));
    this.recorder.start();
    this.timer = setTimeout(() => this.stop(true), 120_000);
    return this.done;
  }

  stop(isKept) {
    this.isKept = isKept;
    if (this.recorder?.state !== "inactive") this.recorder?.stop();
  }
}
