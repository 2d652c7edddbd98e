// SPDX-License-Identifier: Apache-2.0

/// How a kind of file that browsers do not play becomes one that they do.
///
/// What reads it is named, and may use no protocol but its pipe: a file cannot choose another reader, name addresses or files.
struct MediaRecipe: Sendable, Hashable {
    /// What comes of it, and the ending of its name.
    let contentType: String
    let ending: String
    let timeout: Duration
    private let reader: String
    private let codecs: String
    private let writing: [String]

    /// nil: browsers play it, or nothing can be done (SILK: ffmpeg has no decoder for it).
    init?(_ contentType: String) {
        switch contentType {
        case "audio/amr": self.init(voice: "amr", codecs: "amrnb,amrwb", rate: 24_000)
        case "audio/ogg": self.init(voice: "ogg", codecs: "opus,libopus,vorbis,flac,libspeex,speex", rate: 44_100)
        case "video/x-msvideo": self.init(film: "avi")
        case "video/x-flv": self.init(film: "flv")
        case "video/x-ms-asf": self.init(film: "asf")
        case "video/mpeg": self.init(film: "mpeg")
        // Only where the index comes first: the input cannot be wound back.
        case "video/3gpp": self.init(film: "mov")
        default: return nil
        }
    }

    private init(voice reader: String, codecs: String, rate: Int) {
        contentType = "audio/mpeg"
        ending = "mp3"
        timeout = .seconds(10)
        self.reader = reader
        self.codecs = codecs
        writing = [
            "-map", "0:a:0", "-ac", "1", "-ar", "\(rate)", "-c:a", "libmp3lame", "-b:a", "48k", "-write_xing", "0", "-f", "mp3",
        ]
    }

    private init(film reader: String) {
        contentType = "video/mp4"
        ending = "mp4"
        timeout = .seconds(20)
        self.reader = reader
        codecs =
            "h264,mpeg4,msmpeg4v2,msmpeg4,mpeg1video,mpeg2video,h263,flv,vp6f,wmv1,wmv2,mjpeg,mp3,mp3float,mp2,mp2float,aac,ac3,"
            + "amrnb,amrwb,pcm_s16le,pcm_u8,adpcm_ima_wav,adpcm_ms,wmav1,wmav2"
        writing = [
            "-map", "0:v:0", "-map", "0:a:0?", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "28", "-pix_fmt", "yuv420p",
            "-vf", "scale=w='min(1280,iw)':h='min(720,ih)':force_original_aspect_ratio=decrease:force_divisible_by=2",
            "-c:a", "aac", "-b:a", "64k", "-ac", "1", "-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4",
        ]
    }

    /// For ffmpeg: from its standard input to its standard output.
    var arguments: [String] {
        [
            "-hide_banner", "-nostdin", "-loglevel", "quiet", "-filter_threads", "1", "-threads", "1", "-protocol_whitelist",
            "pipe", "-codec_whitelist", codecs, "-f", reader, "-i", "pipe:0", "-map_metadata", "-1", "-sn", "-dn", "-threads",
            "1",
        ] + writing + ["pipe:1"]
    }

    /// The name of what comes of a file.
    func name(after original: String?) -> String? {
        guard let original else { return nil }
        let stem = original.lastIndex(of: ".").map { original[..<$0] } ?? original[...]
        return "\(stem.isEmpty ? original[...] : stem).\(ending)"
    }
}
