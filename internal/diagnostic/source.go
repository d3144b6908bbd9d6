package diagnostic

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/program"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// badURL words the error of a URL that cannot be used.
func (r *report) badURL() message {
	wrong := "with the values of its placeholders, it is not a URL"
	if r.e.Cause != nil {
		wrong = r.urlProblem(r.e.Cause)
	}
	return r.staysValid(message{problem: "its URL cannot be used: " + wrong})
}

// urlProblem says what is wrong with a URL, which an issuer may have named, and what to do.
func (r *report) urlProblem(cause error) string { return r.show(service.URLProblem(cause)) }

// badCertificate words the error of a client certificate that cannot be used.
func (r *report) badCertificate() message {
	what, why := "the client certificate", ""
	if problem, ok := errors.AsType[*jose.Error](r.e.Cause); ok {
		why = ": " + service.WithRemedy(problem).Error()
		switch problem.Part {
		case jose.PartCertificate:
		case jose.PartPassphrase:
			what = "the passphrase of the client certificate's key"
		default:
			what = "the key of the client certificate"
		}
	}
	return r.staysValid(message{problem: what + " cannot be used" + why, advice: "Check client_certificate_pem and client_key_pem of the set."})
}

// noValue words the error of a value that could not be obtained, with the attribute
// that gives it, and how the same set can have another source on other machines.
func (r *report) noValue() message {
	failed, ok := errors.AsType[*source.Error](r.e.Cause)
	if !ok {
		panic("no source is the cause of an error about one")
	}
	m := r.sourceMessage(failed)
	attribute, isOfRun := r.sourceAttribute(r.e.Name), false
	switch failed.Source.(type) {
	case source.File:
		attribute += ".file"
	case source.Env:
		attribute += ".env"
	case source.Program:
		attribute += ".program"
	case source.GitHubActions:
		attribute, isOfRun = attribute+".github_actions", true
	case source.HCPTerraform:
		attribute, isOfRun = attribute+".hcp_terraform", true
	case source.HMAC:
		attribute += ".hmac"
	case source.TOTP:
		attribute += ".totp"
	case source.Credentials:
		attribute += ".credentials"
	default:
		return r.staysValid(m)
	}
	m.problem = attribute + " has no value: " + m.problem
	if isOfRun {
		m.advice = "On other machines, set " + attribute + " = null, for example by a variable, and another source."
	}
	return r.staysValid(m)
}

// sourceAttribute is the attribute of the source of that name.
func (r *report) sourceAttribute(of string) string {
	name := r.own(of)
	isNamed := func(named token.Named) bool { return named.Name == of }
	switch {
	case r.x.Request.Local != nil:
		return "request"
	case !slices.ContainsFunc(r.x.Request.Named, isNamed):
		return name
	case r.e.Purpose == token.ForRevocation:
		return "revoke.sources." + name
	default:
		return "request.sources." + name
	}
}

// sourceMessage words why a source has no value to send.
func (r *report) sourceMessage(e *source.Error) message {
	if failed, ok := errors.AsType[*program.Error](e.Cause); ok && e.Problem == source.Failed {
		switch from := e.Source.(type) {
		case source.Program:
			return r.failedProgram(from.Name(), failed, e.Detail)
		case source.Signed:
			m := r.failedProgram(from.Signer[0], failed, e.Detail)
			m.problem = notSigned + m.problem
			return m
		}
	}
	if e.Problem == source.Late {
		return message{problem: r.lateSource(e)}
	}
	return message{problem: r.sourceProblem(e)}
}

// lateSource says that a revocation has not had the value of a source in its time.
func (r *report) lateSource(e *source.Error) string {
	what := r.holder(e.Source)
	switch from := e.Source.(type) {
	case source.Program:
		what = "the program " + r.own(from.Name())
	case source.Signed:
		if len(from.Signer) > 0 {
			what = notSigned + "the program " + r.own(from.Signer[0])
		}
	}
	if r.e.Problem == token.ProblemWaitedBefore {
		return what + " was not asked again, because an earlier revocation waited for it in vain"
	}
	return what + " gave nothing within the time that a revocation has (at most " + e.Detail + ")"
}

// sourceProblems are what follows the name of a source that has no value to send.
var sourceProblems = map[source.Problem]string{
	source.Empty:      " is empty",
	source.TooLarge:   " is larger than 1 MiB",
	source.PrivateKey: " cannot be used: it is a private key, which is never sent. To sign a JWT with it, use signed = { private_key_pem = … }",
	source.Character:  " cannot be used: it has {detail}, which an assertion or a token does not have. It must hold the token and nothing else",
	source.Slow:       " cannot be read: it gave nothing within transport.timeout ({detail}). A named pipe needs a program that writes to it",
	source.NotFound:   " cannot be read: there is no such file",
	source.Denied:     " cannot be read: permission denied",
	source.Directory:  " cannot be read: it is a directory, not a readable file",
	source.Exhausted:  " cannot be read: too many files are open. Raise the limit (ulimit -n), or lower -parallelism",
	source.Unreadable: " cannot be read: it is not a readable file",
	source.NotJSON:    " is not valid JSON, in which path looks for the value. Without path, all of the text is the value",
}

// sourceProblem says why a source has no value to send.
func (r *report) sourceProblem(e *source.Error) string {
	switch e.Problem {
	case source.Unsigned:
		return r.badJWT(e)
	case source.Unset:
		return r.unset(e.Source)
	case source.BadURL:
		return r.badVariable(e.Cause)
	case source.Unapproved, source.ShortKey:
		return service.FIPSProblem(e.Problem)
	case source.NoText:
		return r.holder(e.Source) + r.noText(e.Content, pathOf(e.Source))
	default:
	}
	text := r.holder(e.Source) + strings.ReplaceAll(sourceProblems[e.Problem], "{detail}", e.Detail)
	if file, _ := e.Source.(source.File); e.Problem == source.NotFound {
		if unreplaced := r.unreplaced(file.Name); unreplaced != "" {
			text += ". " + unreplaced
		}
	}
	return text
}

// unreplaced says which part of a path only a shell would replace; "" if there is none.
func (r *report) unreplaced(path string) string {
	part, remedy := service.Unreplaced(path)
	if part == "" {
		return ""
	}
	return "Nothing replaces " + r.own(part) + " in it: " + remedy
}

// notSigned begins the problem of a JWT that cannot be signed.
const notSigned = "the JWT cannot be signed: "

// badJWT says why a JWT cannot be signed, by the attribute that is to be changed.
func (r *report) badJWT(e *source.Error) string {
	text := service.SignedProblem(e.Cause)
	if signed, ok := e.Source.(source.Signed); ok && signed.IsHMAC() && r.secretName(signed.Secret) == "client_secret" {
		text = strings.Replace(text, "secret", "client_secret", 1)
	}
	return notSigned + text
}

// noText says what JSON has at a path instead of a string or a number, and which keys
// there are.
func (r *report) noText(content *answer.Content, path answer.Path) string {
	text := fmt.Sprintf(" has %s at path = %q, where a string or a number is needed", content.At(path).Kind(), r.own(path.String()))
	if content.IsList() && !strings.HasPrefix(path.String(), "[") {
		text += ". It is a list: begin the path with [0]"
	}
	if names := r.list(content.Keys()); names != "" {
		text += ". It has the keys: " + names
	}
	if part, keys := content.KeysNear(path); part != "" && len(keys) > 0 {
		text += fmt.Sprintf(". At %q are the keys: %s", r.own(part), r.list(keys))
	}
	return text
}

// pathOf returns the path into the JSON that a source holds.
func pathOf(from source.Source) answer.Path {
	switch from := from.(type) {
	case source.File:
		return from.Path
	case source.Env:
		return from.Path
	case source.Program:
		return from.Path
	}
	return answer.Path{}
}

// holder names the file, the variable or the output that should hold the value.
func (r *report) holder(from source.Source) string {
	switch from := from.(type) {
	case source.Program:
		return "what the program " + r.own(from.Name()) + " printed"
	case source.File:
		return "the file " + r.own(from.Name)
	case source.Env:
		return "the environment variable " + r.own(from.Name)
	case source.HCPTerraform:
		return "the environment variable " + r.tagged(from).Variable()
	}
	return "the source"
}

// tagged returns the source with its tag as messages may show it.
func (r *report) tagged(from source.HCPTerraform) source.HCPTerraform {
	return source.HCPTerraform{Tag: r.own(from.Tag)}
}

// unset says which variable is not set, and who would set it.
func (r *report) unset(from source.Source) string {
	switch from := from.(type) {
	case source.HCPTerraform:
		return r.holder(from) + " is not set. HCP Terraform sets it in a workspace that has the variable " + r.tagged(from).AudienceVariable()
	case source.GitHubActions:
		return source.GitHubURL + " and " + source.GitHubBearer + " are not set. GitHub Actions sets them in a job with the permission id-token: write"
	}
	return r.holder(from) + " is not set"
}

// badVariable says what is wrong with the URL that GitHub Actions sets.
func (r *report) badVariable(cause error) string {
	what := "it is not a URL"
	if bad, ok := errors.AsType[*transport.URLError](cause); ok {
		what = r.show(bad.Error())
	}
	return "the environment variable " + source.GitHubURL + " cannot be used: " + what + ". GitHub Actions sets it to an https:// URL: check what changes it"
}
