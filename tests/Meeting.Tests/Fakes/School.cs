using Meetings.Contracts.Directory;
using Meetings.Contracts.Directory.V1;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Tests.Fakes;

/// <summary>An academy with a class and everyone who can have something to do with a meeting of it.</summary>
internal sealed class School
{
    private readonly FakeDirectory _directory;

    public School(FakeDirectory directory, string slug = "demo", string zone = "Asia/Manila")
    {
        _directory = directory;
        directory.Academies[AcademyId.ToString()] = new Academy { AcademyId = AcademyId.ToString(), Version = 1, Slug = slug, Name = slug, TimeZone = zone };
        Admin = Person(Roles.AcademyAdmin);
        Supervisor = Person(Roles.Supervisor);
        Teacher = Person(Roles.Teacher);
        OtherTeacher = Person(Roles.Teacher);
        Student = Person(Roles.Student);
        OtherStudent = Person(Roles.Student);
        Parent = Person(Roles.Parent, Student.PersonId);
        OtherParent = Person(Roles.Parent, OtherStudent.PersonId);
        ClassId = Class(Teacher, Student);
    }

    public Guid AcademyId { get; } = Guid.NewGuid();
    public Guid ClassId { get; }
    public Caller Admin { get; }
    public Caller Supervisor { get; }
    public Caller Teacher { get; }
    public Caller OtherTeacher { get; }
    public Caller Student { get; }
    public Caller OtherStudent { get; }
    public Caller Parent { get; }
    public Caller OtherParent { get; }

    public static Caller Super { get; } = new(Guid.NewGuid(), null, [Roles.SuperAdmin]);

    public IEnumerable<Caller> Everyone => [Admin, Supervisor, Teacher, OtherTeacher, Student, OtherStudent, Parent, OtherParent];

    public Caller Person(string role, params Guid[] children)
    {
        var id = Guid.NewGuid();
        var person = new Person
        {
            PersonId = id.ToString(), Version = 1, AcademyId = AcademyId.ToString(), Name = $"The {role}", Email = $"{role}-{id:n}@school.example", Roles = { role },
        };
        person.Children.AddRange(children.Select(child => child.ToString()));
        _directory.People[id.ToString()] = person;
        return new Caller(id, AcademyId, [role]);
    }

    public Guid Class(Caller? teacher, params Caller[] students)
    {
        var id = Guid.NewGuid();
        var made = new Class { ClassId = id.ToString(), Version = 1, AcademyId = AcademyId.ToString(), Name = "Grade 7", Kind = ClassKinds.Class };
        if (teacher is not null) made.Members.Add(new Member { PersonId = teacher.PersonId.ToString(), Role = Roles.Teacher, From = "2026-06-01" });
        made.Members.AddRange(students.Select(student => new Member { PersonId = student.PersonId.ToString(), Role = Roles.Student, From = "2026-06-01" }));
        _directory.Classes[id.ToString()] = made;
        return id;
    }

    public string Email(Caller caller) => _directory.People[caller.PersonId.ToString()].Email;
}
