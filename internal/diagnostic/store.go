package diagnostic

import (
	"cmp"
	"errors"
	"strings"
	"syscall"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// storeMessage says what is wrong with a token store, and what to do.
type storeMessage struct{ problem, advice string }

// storeMessages word the problems of a token store. {path} and {reason} stand for those of
// the error.
var storeMessages = map[store.Problem]storeMessage{
	store.ProblemKey: {"it is not 32 bytes in base64", "Make one with `openssl rand -base64 32`."},
	store.ProblemURL: {"{reason}", ""},
	store.ProblemNoKey: {
		"a store on a server has no key",
		"Set token_store.key, or the environment variable APITOKEN_TOKEN_STORE_KEY, to 32 random bytes in base64, such as the output of `openssl rand -base64 32`. " +
			"All runs that share tokens need the same key.",
	},
	store.ProblemRelative:   {"it is neither an absolute path nor the URL of a server", "Write the whole path, or rediss://HOST:PORT."},
	store.ProblemUnreplaced: {"nothing replaces {path} in it", "Write the path itself: neither the provider nor a CI system replaces what a shell does."},
	store.ProblemDirectory:  {"its directory {path}: {reason}", "Set token_store.directory to a directory that the user of this run can create and write."},
	store.ProblemNoFolder:   {"{path} is not a directory", "Set token_store.directory to a directory."},
	store.ProblemOwner:      {"{path} belongs to another user", "Use a directory that belongs to the user of this run: another user could remove tokens, or lock them."},
	store.ProblemMode:       {"other users have access to {path}", "If nothing else uses it, set its mode to 0700. Otherwise use another one, such as {path}/apitoken: if it does not exist, it is created with that mode."},
	store.ProblemNoHome: {
		"there is no place for the key file, because this user has no configuration directory",
		"Set the environment variable HOME, or set token_store.key or APITOKEN_TOKEN_STORE_KEY.",
	},
	store.ProblemKeyInside: {"the key file {path} would be inside of token_store.directory", "Use another directory: whoever can read one must not be able to read the other. Or set token_store.key."},
	store.ProblemKeyOwner:  {"the key file {path} belongs to another user", "Remove it, and the next run creates a new one; or set token_store.key or APITOKEN_TOKEN_STORE_KEY."},
	store.ProblemKeyMode:   {"other users have access to the key file {path}", "Remove it, because they may know the key: the next run creates a new one. Or set token_store.key or APITOKEN_TOKEN_STORE_KEY."},
	store.ProblemKeyFile:   {"the key file {path} cannot be used: {reason}", "Make it readable and writable for the user of this run, or set token_store.key or APITOKEN_TOKEN_STORE_KEY."},
	store.ProblemKeyText:   {"the key file {path} does not hold 32 bytes in base64", "Remove it: the next run creates a new one. What is stored then expires unused."},
	store.ProblemRead:      {"an entry in {path} cannot be read: {reason}", "Check the files in the directory, and the disk."},
	store.ProblemWrite:     {"an entry in {path} cannot be written: {reason}", "Check the disk, and the rights of the directory."},
	store.ProblemLock:      {"there is no lock in {path}: {reason}", "Use a directory on a disk of this machine, or a server (url)."},
	store.ProblemEntry:     {"an entry is damaged", "A new token takes its place. If this persists, another program writes into the store."},
	store.ProblemVersion:   {"an entry was written by another version of this provider", "A new token takes its place. Use the same version for all runs that share the store."},
	store.ProblemLarge:     {"a token is too large for it", "Ask the vendor for a smaller one."},
	store.ProblemSilent:    {"the server did not answer within 3 seconds", "Check the server, and the network between it and this machine. If the server does not speak TLS, rediss:// gets no answer: use redis:// if you trust that network."},
	store.ProblemRefused:   {"the server refused a command", "Check the user name and the password in the URL, what that user may do, and the state of the server."},
}

// storeRefusals are the advice about error codes of a server.
var storeRefusals = map[string]string{
	"NOAUTH":     "The server wants a password: rediss://:PASSWORD@HOST:PORT, or rediss://USER:PASSWORD@HOST:PORT.",
	"WRONGPASS":  "Check the user name and the password in the URL. Percent-encode each: `replace(urlencode(…), \"+\", \"%20\")`.",
	"NOPERM":     "Allow the user GET, SET, DEL, EVAL and PEXPIRE for keys that begin with apitoken:.",
	"OOM":        "The server has no memory left. Give it more. If no set has keep_refresh_token, maxmemory-policy may also be volatile-ttl, which evicts the entries that expire first.",
	"READONLY":   "The server is a replica. Use the address of the primary.",
	"MISCONF":    "The server cannot write its own snapshots to disk. Check its disk.",
	"LOADING":    "The server is starting. Try again.",
	"MASTERDOWN": "The server is a replica that has lost its primary. Try again when the failover has ended.", "CLUSTERDOWN": "A part of the cluster is down. Try again when it has recovered.",
}

// storeReasons word what an error code of a server does not tell.
var storeReasons = map[string]storeMessage{
	store.ReasonNoDatabase: {"the server has no database of that number", "Leave the number out of the URL: many servers, and the nodes of a cluster, have 0 alone."},
	store.ReasonNoCommand: {"the server does not know a command", "It needs GET, SET, DEL, EVAL and PEXPIRE. If a proxy is in front of it, " +
		"or its configuration renames commands, ask its owner for an address that has them."},
}

// storeFailures word what failed on the way to a server.
var storeFailures = map[transport.Reason]storeMessage{
	transport.ReasonLookup:           {"the name of the server cannot be looked up", checkAddress},
	transport.ReasonTimeout:          {"the server did not answer in time", checkAddress},
	transport.ReasonNotTLS:           {"the server does not speak TLS", "Use redis:// if you trust the network between it and this machine; otherwise turn TLS on."},
	transport.ReasonOldTLS:           {"the server does not speak TLS 1.2 or 1.3", "Turn TLS 1.2 on."},
	transport.ReasonNoAuthorities:    {"the certificate of the server cannot be checked, because this machine has no CA certificates", trustServer},
	transport.ReasonUnknownAuthority: {"the certificate of the server is signed by an authority that this machine does not know", trustServer},
	transport.ReasonSelfSigned:       {"the server has signed its certificate itself", "If you trust it, set transport.ca_certificates_pem to it, or the environment variable SSL_CERT_FILE to a file with it."},
	transport.ReasonNoAuthority:      {"the certificate of the server is signed by a certificate that is not an authority's", trustServer},
	transport.ReasonWrongKey:         {"the certificate of the server is not signed with the key of the authority that has the name of its issuer", trustServer},
	transport.ReasonUntrusted:        {"the certificate of the server cannot be trusted", "Check the host in the URL, the certificate, and the clock of this machine."},
	transport.ReasonClosed:           {"the server closed the connection", checkAddress},
}

const (
	checkAddress = "Check the URL, that the server is running, and the network between it and this machine. If it expects TLS, use rediss://."
	trustServer  = "Set transport.ca_certificates_pem to the certificate of the authority, or the environment variable SSL_CERT_FILE to a file with it."
)

// StoreProblem says what is wrong with a token store, and what to do, without the last full
// stop. The judge says which paths may be shown.
func StoreProblem(e *store.Error, judge *said.Judge) string {
	m := wordStore(e)
	fill := strings.NewReplacer("{path}", judge.Own(e.Path), "{reason}", e.Reason)
	return strings.TrimSuffix(fill.Replace(strings.TrimSpace(m.problem+". "+m.advice)), ".")
}

func wordStore(e *store.Error) storeMessage {
	switch e.Problem {
	case store.ProblemServer:
		return wordServer(e.Cause)
	case store.ProblemRefused:
		if m, known := storeReasons[e.Reason]; known {
			return m
		}
		m := storeMessages[e.Problem]
		if e.Reason != "" {
			m.problem += ": {reason}"
		}
		m.advice = cmp.Or(storeRefusals[e.Reason], m.advice)
		return m
	default:
		return storeMessages[e.Problem]
	}
}

// wordServer words what failed on the way to a server. What a peer says is left out.
func wordServer(cause error) storeMessage {
	if errors.Is(cause, syscall.ECONNREFUSED) || errors.Is(cause, syscall.ENOENT) {
		return storeMessage{"nothing listens at the address of the server", checkAddress}
	}
	if m, known := storeFailures[transport.Classify(cause).Reason]; known {
		return m
	}
	return storeMessage{"the connection to the server failed", checkAddress}
}

// unkept words the error of a set whose newest refresh token cannot be had.
func (r *report) unkept() message {
	m := message{
		problem: "the token store, which keeps the newest refresh token, cannot be used",
		advice: "Nothing was sent: the endpoint may take an older refresh token for a stolen one, and then refuse the newest one as well. " +
			"Run again when the store can be used.",
	}
	failed, ok := errors.AsType[*store.Error](r.e.Cause)
	switch {
	case ok && failed.Problem == store.ProblemEntry:
		m.problem = "the entry of the token store with the newest refresh token is damaged"
		m.advice = "Nothing was sent: the endpoint may take an older refresh token for a stolen one. Get a new refresh token, and set refresh_token to it."
	case ok && failed.Problem == store.ProblemVersion:
		m.problem = "another version of this provider has stored the newest refresh token"
		m.advice = "Nothing was sent. Use that version of the provider."
	case ok:
		m.problem += ": " + StoreProblem(failed, r.e.Judge())
	case r.e.Cause == nil:
		m.problem += ": its settings are wrong, or not known yet"
	default:
		m.problem = "another run is using the refresh token, and has not finished"
		m.advice = "Nothing was sent: the endpoint may take a second use of a refresh token for theft. Run again later."
	}
	return m
}

// StoreSummary is the first line of a diagnostic about the token store.
const StoreSummary = "Token store cannot be used"

// StoreUnused returns the warning about a token store that cannot be used, or not for a token.
// what begins a sentence, and names the store.
func StoreUnused(e *store.Error, what string, judge *said.Judge) diag.Diagnostic {
	follows := "The run goes on without the store. To run without a store and without this warning, set APITOKEN_TOKEN_STORE=off in the environment; " +
		"a set with keep_refresh_token needs a store."
	if e.Problem == store.ProblemEntry || e.Problem == store.ProblemVersion {
		follows = "The run goes on as if the entry were not there."
	}
	return diag.NewWarningDiagnostic(StoreSummary, what+" cannot be used: "+StoreProblem(e, judge)+".\n\n"+follows+" This warning comes once in a run.")
}
