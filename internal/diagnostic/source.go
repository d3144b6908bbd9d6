package diagnostic

import (
	"errors"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/jose"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
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

// urlProblem says what is wrong with a URL, which an issuer may have named, and what
// to do.
func (r *report) urlProblem(cause error) string {
	return string(r.judge().Message(said.NewForeign(service.URLProblem(cause))))
}

func isPlain(cause error) bool {
	bad, ok := errors.AsType[*transport.URLError](cause)
	return ok && bad.Problem == transport.URLPlain
}

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
		return r.staysValid(message{problem: "HTTP Basic cannot be used: " + r.e.Cause.Error()})
	}
	m := message{problem: r.sourceProblem(failed)}
	attribute, isOfRun := r.e.Name, false
	switch failed.Source.(type) {
	case source.File:
		attribute += ".file"
	case source.Env:
		attribute += ".env"
	case source.GitHubActions:
		attribute, isOfRun = attribute+".github_actions", true
	case source.HCPTerraform:
		attribute, isOfRun = attribute+".hcp_terraform", true
	default:
		return r.staysValid(m)
	}
	m.problem = attribute + " has no value: " + m.problem
	if isOfRun {
		m.advice = "On other machines, set " + attribute + " = null, for example by a variable, and another source."
	}
	return r.staysValid(m)
}

// sourceProblem says why a source has no value to send.
func (r *report) sourceProblem(e *source.Error) string {
	switch e.Problem {
	case source.Unsigned:
		return service.WithRemedy(e.Cause).Error()
	case source.Unset:
		return r.unset(e.Source)
	case source.Empty:
		return r.holder(e.Source) + " is empty"
	case source.TooLarge:
		return r.holder(e.Source) + " is larger than 1 MiB"
	case source.PrivateKey:
		return r.holder(e.Source) + " cannot be used: it is a private key, which is never sent. To sign a JWT with it, use signed = { private_key_pem = … }"
	case source.Character:
		return r.holder(e.Source) + " cannot be used: it has " + e.Detail + ", which an assertion or a token does not have. It must hold the token and nothing else"
	default:
		return r.holder(e.Source) + " cannot be read: " + fileProblem(e)
	}
}

// holder names the file or the variable that should hold the value.
func (r *report) holder(from source.Source) string {
	switch from := from.(type) {
	case source.File:
		return "the file " + r.own(from.Path)
	case source.Env:
		return "the environment variable " + r.own(from.Name)
	case source.HCPTerraform:
		return "the environment variable " + r.tagged(from).Variable()
	default:
		return "the source"
	}
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
	default:
		return r.holder(from) + " is not set"
	}
}

// fileProblem says why a file cannot be read, without its path.
func fileProblem(e *source.Error) string {
	file, _ := e.Source.(source.File)
	switch e.Problem {
	case source.Slow:
		return "it gave nothing within transport.timeout (" + e.Detail + "). A named pipe needs a program that writes to it"
	case source.NotFound:
		if strings.HasPrefix(file.Path, "~") {
			return "there is no such file. Nothing replaces ~ in it: write pathexpand(…) around it"
		}
		return "there is no such file"
	case source.Denied:
		return "permission denied"
	case source.Directory:
		return "it is a directory, not a readable file"
	case source.Exhausted:
		return "too many files are open. Raise the limit (ulimit -n), or lower -parallelism"
	default:
		return "it is not a readable file"
	}
}
