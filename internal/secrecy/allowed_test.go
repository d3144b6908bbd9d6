package secrecy

// What is allowed beside the rules, each with its reason. Functions and types are
// named without their package, so that code can move.

// mayReturn are functions that return what everybody may show.
func mayReturn() map[string]string {
	return map[string]string{
		"Exchange.Host": "the host of a URL that the user has written; of one that a server has, what a judge lets through",
		"Proxy.Host":    "the host of the proxy that the user has written, without name and password",
		"CertPool":      "an error of package jose: it drops that of crypto/x509, as a machine may have no certificates",
	}
}

// mayShow are functions that put a text into a message, and the function that took
// it out: of a Secret or a Foreign, of an error, a URL or a file.
func mayShow() map[string]string {
	const (
		fixed       = "a fixed phrase, or one of the few names that are known there"
		certificate = "what crypto/x509 says of the user's own certificate, which is public, on one line of bounded length"
		claims      = "an error of fixed texts, without the claims or the key that it is about"
		code        = "a word in capitals, which is the code of an HTTP/2 error"
		unreplaced  = "the name of a variable, as a shell writes it, in the directory that the user has named"
		starting    = "an error of starting, before there is a configuration"
		mixed       = "one of the registered types of tokens; the results of a function that is passed on are not told apart, and its error has read it"
	)
	return map[string]string{
		"Of of classifyHTTP2":                   code,
		"NotRevoked of classifyHTTP2":           code,
		"problem.of of Pair":                    fixed,
		"problem.of of members.text":            "the name of an algorithm or a curve, in which there is no room for a key",
		"problem.of of readKey":                 fixed,
		"problem.of of readCertificate":         certificate,
		"problem.of of named":                   certificate,
		"Signed.Obtain of JWT.Sign":             claims,
		"Signed.Obtain of JWT.fingerprint":      claims,
		"Signed.Obtain of signing.sign":         claims,
		"CheckURL of CheckURL":                  "the host of a URL that the user has written; what a server has written, a judge shows",
		"fileError of newRuntime":               "the directory of the token store that the user has named; a judge shows it",
		"checkDirectory of newRuntime":          unreplaced,
		"checkStore of newRuntime":              unreplaced,
		"Warnings of readFile":                  mixed,
		"Warnings of bounded.RoundTrip":         mixed,
		"authorizer.send of authorizer.send":    "an error of sending, which prints as a fixed phrase",
		"tokens.openProxy of readFile":          mixed,
		"tokens.openProxy of bounded.RoundTrip": mixed,
		"main of main":                          starting,
		"main of quietLogs":                     starting,
		"main of checkSocket":                   starting,
		"checkSocket of checkSocket":            starting,
	}
}

// mayWrite are functions that open files and directories to write.
func mayWrite() map[string]string {
	return map[string]string{
		"openDirectory": "the directory of the token store, in which all entries are sealed",
		"readKey":       "the file with the key of the token store, which has mode 0600",
	}
}

// plainTypes are the named types that are plain beside texts and numbers: a
// context is given to loggers, which do not look into it, and a path is the
// place of an attribute. A diagnostic is made of texts.
func plainTypes() []string {
	const framework = "github.com/hashicorp/terraform-plugin-framework/"
	return []string{"time.Time", "context.Context", framework + "path.Path", framework + "diag.Diagnostic", framework + "diag.Diagnostics"}
}

// mayFormat are the values that are not plain, and of which a message is made.
func mayFormat() map[string]string {
	const fields = "the fields that the engine has logged, which were plain values there"
	return map[string]string{
		"logger.DebugContext: map[string]any":  fields,
		"logger.InfoContext: map[string]any":   fields,
		"logger.WarnContext: map[string]any":   fields,
		"ephemeralAttribute: schema.Attribute": "the type of an attribute, by %T",
		"main: error":                          "an error of starting, before there is a configuration",
		"checkSocket: error":                   "an error of starting: the directory for temporary files, and what the system says of it",
		"Proxy.fail: error":                    "http.ErrAbortHandler, with which net/http ends a connection in silence",
		"NewPanicError: any":                   "the type of a panic's value, by %T",
		"jsonText: error":                      "an error of checkEntry, which names a character and not the value",
	}
}
