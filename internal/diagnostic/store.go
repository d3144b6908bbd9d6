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
	store.ProblemDirectory: {"the directory {path} cannot be used: {reason}", "Set token_store.directory to a directory that the user of this run can create and write."},
	store.ProblemNoFolder:  {"{path} is not a directory", "Set token_store.directory to a directory."},
	store.ProblemOwner:     {"{path} belongs to another user", "Use one that belongs to the user of this run: another user could put tokens into it, or lock it."},
	store.ProblemMode:      {"other users have access to {path}", "Remove their access with `chmod go= {path}`, or use another one."},
	store.ProblemNoHome: {
		"there is no place for the key file, because this user has no configuration directory",
		"Set the environment variable HOME, or set token_store.key or APITOKEN_TOKEN_STORE_KEY.",
	},
	store.ProblemKeyInside: {"the key file {path} would be inside of token_store.directory", "Use another directory: whoever can read one must not be able to read the other. Or set token_store.key."},
	store.ProblemKeyFile:   {"the key file {path} cannot be used: {reason}", "Make it readable and writable for the user of this run, or set token_store.key or APITOKEN_TOKEN_STORE_KEY."},
	store.ProblemKeyText:   {"the key file {path} does not hold 32 bytes in base64", "Remove it: the next run creates a new one. What is stored then expires unused."},
	store.ProblemRead:      {"an entry in {path} cannot be read: {reason}", "Check the files in the directory, and the disk."},
	store.ProblemWrite:     {"an entry in {path} cannot be written: {reason}", "Check the disk, and the rights of the directory."},
	store.ProblemLock:      {"there is no lock in {path}: {reason}", "Use a directory on a disk of this machine, or a server (url)."},
	store.ProblemEntry:     {"an entry is damaged", "A new token takes its place. If this persists, another program writes into the store."},
	store.ProblemVersion:   {"an entry was written by another version of this provider", "A new token takes its place. Use the same version for all runs that share the store."},
	store.ProblemSilent:    {"the server did not answer within 3 seconds", "Check the server, and the network between it and this machine. If the server does not speak TLS, rediss:// gets no answer: use redis:// if you trust that network."},
	store.ProblemRefused:   {"the server refused a command", "Check the user name and the password in the URL, what that user may do, and the state of the server."},
}

// storeRefusals are the advice about error codes of a server.
var storeRefusals = map[string]string{
	"NOAUTH":     "The server wants a password: rediss://:PASSWORD@HOST:PORT, or rediss://USER:PASSWORD@HOST:PORT.",
	"WRONGPASS":  "Check the user name and the password in the URL. Both must be percent-encoded, with urlencode(…).",
	"NOPERM":     "Allow the user GET, SET, DEL, EVAL and PEXPIRE for keys that begin with apitoken:.",
	"OOM":        "The server has no memory left. Set maxmemory-policy to volatile-ttl or another policy that evicts keys, or give it more memory.",
	"READONLY":   "The server is a replica. Use the address of the primary.",
	"MISCONF":    "The server cannot write its own snapshots to disk. Check its disk.",
	"LOADING":    "The server is starting. Try again.",
	"MASTERDOWN": "The server is a replica that has lost its primary. Try again when the failover has ended.", "CLUSTERDOWN": "A part of the cluster is down. Try again when it has recovered.",
}

// storeFailures word what failed on the way to a server.
var storeFailures = map[transport.Reason]storeMessage{
	transport.ReasonLookup:           {"the name of the server cannot be looked up", checkAddress},
	transport.ReasonTimeout:          {"the server did not answer in time", checkAddress},
	transport.ReasonNotTLS:           {"the server does not speak TLS", "Use redis:// if you trust the network between it and this machine; otherwise turn TLS on."},
	transport.ReasonOldTLS:           {"the server does not speak TLS 1.2 or 1.3", "Turn TLS 1.2 on."},
	transport.ReasonNoAuthorities:    {"the certificate of the server cannot be checked, because this machine has no CA certificates", trustServer},
	transport.ReasonUnknownAuthority: {"the certificate of the server is signed by an authority that this machine does not know", trustServer},
	transport.ReasonNoAuthority:      {"the certificate of the server is signed by a certificate that is not an authority's", trustServer},
	transport.ReasonWrongKey:         {"the certificate of the server is not signed with the key of the authority that has the name of its issuer", trustServer},
	transport.ReasonUntrusted:        {"the certificate of the server cannot be trusted", "Check the host in the URL, the certificate, and the clock of this machine."},
	transport.ReasonClosed:           {"the server closed the connection", "If it expects TLS, use rediss://. Check its log."},
}

const (
	checkAddress = "Check the host and the port in the URL, and the network between the server and this machine."
	trustServer  = "Set transport.ca_certificates_pem to the certificate of the authority."
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

// StoreSummary is the first line of a diagnostic about the token store.
const StoreSummary = "Token store cannot be used"

// StoreUnused returns the warning about a token store that cannot be used, or not for a token.
func StoreUnused(e *store.Error, judge *said.Judge) diag.Diagnostic {
	return diag.NewWarningDiagnostic(StoreSummary, "token_store: "+StoreProblem(e, judge)+".\n\n"+
		"The run goes on without it, and requests tokens itself. This warning comes once in a run. To do without the store, set the environment variable APITOKEN_TOKEN_STORE to off.")
}
