"""EDI files to type commands at, one of every kind; all companies and numbers are invented."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from typer.testing import CliRunner, Result

from ml_connector.cli.main import app

ISA: Final = "ISA*00*          *00*PASSWORD  *ZZ*BRINDLE        *ZZ*HOLLOWAY       *310314*0930*U*00401*000000042*0*P*>~"

INVOICE: Final = (
    "BIG*20310312*BR-77*20310301*PO-5***DI",
    "CUR*SE*USD",
    "N1*SE*Brindle Tools*92*0042",
    "N3*1 Mill Lane",
    "N4*Duluth*MN*55802*US",
    "ITD*01*3*2**10**30",
    "IT1*1*12*EA*8.25**VN*H-1*UP*012345678905",
    "PID*F****Claw hammer",
    "SAC*A*C310***250**********Trade discount",
    "IT1*2*1000*EA*1.5**VN*N-9",
    "SAC*N*F050***99900",
    "TDS*160450*160000*157250*3200",
    "TXI*ST*2*2",
    "SAC*C*D240***600**********Freight",
    "CTT*2",
)
ORDER: Final = (
    "BEG*00*SA*PO-5**20310301",
    "CUR*BY*USD",
    "REF*DP*14",
    "PER*BD*Ana Ruiz*TE*2185550100",
    "DTM*002*20310320",
    "TD5**2*HLWY*M*Holloway Freight",
    "N9*ZZ*1",
    "MSG*Call before delivery",
    "N1*ST*Holloway Store 12*92*12",
    "PO1*1*12*EA*8.25**VN*H-1",
    "PID*F****Claw hammer",
    "SDQ*EA*92*S1*2*S2*2*S3*2*S4*2*S5*1*S6*1*S7*2",
    "PO1*2*10*EA*1.5**VN*N-9",
    "SCH*4*EA***002*20310320",
    "SCH*6*EA***002*20310327",
    "CTT*2",
    "AMT*TT*114",
)
ANSWER: Final = (
    "BAK*00*AC*PO-5*20310301****S-9*20310302",
    "N1*SE*Brindle Tools*92*0042",
    "PO1*1*12*EA*8.25**VN*H-1",
    "ACK*IA*8*EA*068*20310320",
    "ACK*IB*4*EA",
    "CTT*1",
)
CHANGE: Final = ("BCH*04*SA*PO-5**1*20310301*****20310303", "POC*1*QI*14*2*EA*8.25**VN*H-1", "CTT*1")
CHANGE_ANSWER: Final = (
    "BCA*00*AC*PO-5**1*20310301***S-9*20310304",
    "POC*1*QI*14*2*EA*8.25**VN*H-1",
    "ACK*IA*14*EA",
    "CTT*1",
)
NOTICE: Final = (
    "BSN*00*SHIP-3*20310318*1200*0001",
    "HL*1**S",
    "TD1*CTN25*2****G*60*LB",
    "TD5**2*HLWY*M*Holloway Freight",
    "TD3*TL*HL*4711******SEAL7",
    "REF*BM*BOL-8",
    "N1*SF*Brindle Tools*92*0042",
    "HL*2*1*O",
    "PRF*PO-5***20310301",
    "HL*3*2*P",
    "MAN*GM*000123456789012345678",
    "HL*4*3*I",
    "LIN*1*VN*H-1",
    "SN1**8*EA**12*EA",
    "PID*F****Claw hammer",
    "HL*5*2*K",
    "CTT*5",
)
PAYMENT: Final = (
    "BPR*C*150.00*C*ACH*CTX*01*011000015*DA*1234567890*9000000001**01*021000021*DA*0987654321*20310330",
    "TRN*1*TRACE-1",
    "CUR*PR*USD",
    "N1*PR*Holloway",
    "N1*PE*Brindle Tools",
    "ENT*1",
    "RMR*IV*BR-77**160.00*170.00*5.00*01*-5.00",
    "DTM*003*20310312",
    "ADX*-5*01",
    "ADX*-10*59*CM*C-4",
)
CREDIT: Final = (
    "BCD*20310320*CR-1**1200*C*20310312*BR-77",
    "N1*SE*Brindle Tools*92*0042",
    "CDD*05*C*1*1200",
    "PID*F****Claw hammer, short",
)
SYNTAX_ANSWER: Final = (
    "AK1*IN*7",
    "AK2*810*0001",
    "AK5*A",
    "AK2*810*0002",
    "AK3*N1*4*N1*8",
    "AK4*3*66*7*QQ",
    "AK5*R*5",
    "AK9*P*2*2*1",
)
ADVICE: Final = (
    "BGN*11*ADV-1*20310315*0900**BR-77",
    "N1*SE*Brindle Tools*92*0042",
    "OTI*TR*IV*BR-77*BRINDLE*HOLLOWAY*20310314*0930*7*0001*810*004010",
    "REF*PO*PO-5",
    "AMT*TT*100",
    "TED*024*price differs*IT1*8*4**9.25",
    "NTE**See order",
)
FUNCTIONS: Final[Mapping[str, str]] = {
    "810": "IN",
    "812": "CD",
    "820": "RA",
    "824": "AG",
    "850": "PO",
    "855": "PR",
    "856": "SH",
    "860": "PC",
    "865": "CA",
    "940": "OW",
    "997": "FA",
}


def make_set(code: str, *segments: str, number: str = "0001") -> str:
    """A set with a right ST and SE."""
    return "~".join([f"ST*{code}*{number}", *segments, f"SE*{len(segments) + 2}*{number}"]) + "~"


def make_group(code: str, *sets: str, number: str = "7") -> str:
    head = f"GS*{FUNCTIONS.get(code, 'ZZ')}*BRINDLE*HOLLOWAY*20310314*0930*{number}*X*004010~"
    return f"{head}{''.join(sets)}GE*{len(sets)}*{number}~"


def make_interchange(*groups: str) -> bytes:
    return f"{ISA}{''.join(groups)}IEA*{len(groups)}*000000042~".encode()


def make_file(code: str, *segments: str) -> bytes:
    """An interchange with one set."""
    return make_interchange(make_group(code, make_set(code, *segments)))


def write_file(folder: Path, code: str, *segments: str, name: str = "in.edi") -> Path:
    path = folder / name
    path.write_bytes(make_file(code, *segments))
    return path


def run_edi(*arguments: object, piped: bytes | None = None, columns: int = 80) -> Result:
    """The command `edi` with these arguments, what is piped into it, and a terminal of this width."""
    runner = CliRunner(env={"COLUMNS": str(columns)})
    return runner.invoke(app, ["edi", *map(str, arguments)], input=piped, catch_exceptions=False)
